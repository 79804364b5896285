using System.Net.Security;

namespace GoHub.Transport.Tests.Hosting;

/// <summary>HTTP clients that trust the test's certificate and no proxy, and that keep all requests of one version on one connection where it can.</summary>
internal static class TestClient
{
    public static HttpClient Create(Uri address, Version version, Func<CancellationToken, ValueTask<Stream>>? connect = null) => new(Handler(connect))
    {
        BaseAddress = address,
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public static SocketsHttpHandler Handler(Func<CancellationToken, ValueTask<Stream>>? connect = null)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = false,
            Expect100ContinueTimeout = Eventually.Soon,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = TestCertificate.IsPresented },
        };
        if (connect is not null)
        {
            handler.ConnectCallback = (_, cancellation) => connect(cancellation);
        }
        return handler;
    }
}
