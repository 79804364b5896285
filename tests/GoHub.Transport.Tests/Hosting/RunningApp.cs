using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace GoHub.Transport.Tests.Hosting;

/// <summary>An application that serves, with the ways to reach it.</summary>
internal sealed class RunningApp(WebApplication app, AppLog log) : IAsyncDisposable
{
    private bool _disposed;

    public AppLog Log { get; } = log;

    /// <summary>The addresses the server says it listens on, in the order they were asked for.</summary>
    public IReadOnlyList<string> Addresses { get; } =
        [.. app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

    public Uri Uri => new(Addresses[0].Replace("[::]", "localhost", StringComparison.Ordinal));

    public IPEndPoint EndPoint => EndPointOf(Addresses[0]);

    /// <summary>The loopback end point of an address whose host is an IP address.</summary>
    public static IPEndPoint EndPointOf(string address)
    {
        var parts = BindingAddress.Parse(address);
        return new IPEndPoint(IPAddress.Parse(parts.Host), parts.Port);
    }

    public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(EndPoint);

    /// <summary>An ordinary client that trusts the test's certificate and speaks exactly <paramref name="version"/>.</summary>
    public HttpClient CreateClient(Version? version = null) => TestClient.Create(Uri, version ?? HttpVersion.Version11);

    /// <summary>Whatever happened to others, a new connection is served.</summary>
    public async Task ExpectAliveAsync()
    {
        using var client = CreateClient();
        Assert.Equal("alive", await client.GetStringAsync(new Uri("/alive", UriKind.Relative)));
    }

    public Task StopAsync(CancellationToken cancellation = default) => app.StopAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        using var limit = new CancellationTokenSource(Eventually.Soon);
        await app.StopAsync(limit.Token);
        await app.DisposeAsync();
    }
}
