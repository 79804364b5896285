using System.Net.Security;
using System.Security.Authentication;

namespace GoHub.Transport.Tests.Tls;

/// <summary>HTTPS: the handshake, what follows it, and what is none.</summary>
public abstract class TlsSpecification(TransportKind transport) : TransportSpecification(transport)
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Http_1_1_over_tls_carries_many_requests_on_one_connection(SslProtocols protocol)
    {
        var app = await StartAsync(a => a.MapGet("/{n:int}", (int n, HttpContext context) => $"{n} {context.Request.Scheme}"));
        using var client = await ConnectAsync(app, protocol);
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal($"{i} https", (await client.GetAsync($"/{i}")).Text);
        }
    }

    [Fact]
    public async Task Alpn_chooses_the_best_that_both_speak()
    {
        var app = await StartAsync(a => a.MapGet("/", (HttpRequest request) => request.Protocol));
        using var modern = app.CreateClient(HttpVersion.Version20);
        using var plain = app.CreateClient(HttpVersion.Version11);

        Assert.Equal("HTTP/2", await modern.GetStringAsync(Root));
        Assert.Equal("HTTP/1.1", await plain.GetStringAsync(Root));
    }

    [Fact]
    public async Task Large_bodies_come_whole_in_both_directions()
    {
        var app = await StartAsync(a => a.MapPost("/", (HttpContext context) => context.Request.Body.CopyToAsync(context.Response.Body)));
        using var client = await ConnectAsync(app, SslProtocols.Tls13);
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {16 << 20}\r\n\r\n");
        var sending = Payload.WriteAsync(client.Stream, 16 << 20);

        var body = (await client.ReadResponseAsync()).Body;
        await sending;

        Assert.Equal(16 << 20, body.Length);
        Payload.Verify(0, body);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task A_client_hello_cut_in_pieces_is_the_same_hello(int piece)
    {
        var watch = new InputWatch();
        var app = await StartAsync(_ => { }, watch);
        using var client = await ConnectAsync(app, SslProtocols.Tls13, stream => new CuttingStream(stream, watch, piece, upTo: 600));

        Assert.Equal("alive", (await client.GetAsync("/alive")).Text);
    }

    [Fact]
    public async Task A_hundred_handshakes_at_once_all_succeed()
    {
        var app = await StartAsync(_ => { });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var client = await ConnectAsync(app, SslProtocols.Tls13);
            Assert.Equal("alive", (await client.GetAsync("/alive")).Text);
        }));
    }

    [Fact]
    public async Task Plain_http_to_a_tls_port_ends_that_connection_only()
    {
        var app = await StartAsync(_ => { });
        using (var client = await app.ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            await client.ReadEndAsync();
        }
        await app.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_within_the_handshake_hurts_nobody()
    {
        var app = await StartAsync(_ => { });
        for (var i = 0; i < 50; i++)
        {
            using var client = await app.ConnectAsync();
            // The start of a record that announces 512 bytes of handshake.
            await client.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01 });
            if (i % 2 == 0)
            {
                client.Reset();
            }
        }
        await app.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_handshake_that_does_not_come_is_not_waited_for_longer_than_configured()
    {
        var app = await StartAsync(_ => { }, null, TimeSpan.FromMilliseconds(500));
        using var client = await app.ConnectAsync();

        await client.ReadEndAsync();
        await app.ExpectAliveAsync();
    }

    private Task<RunningApp> StartAsync(Action<WebApplication> app, InputWatch? watch = null, TimeSpan? timeout = null) => StartAsync(app, kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
    {
        watch?.On(listen);
        listen.UseHttps(TestCertificate.Instance, https => https.HandshakeTimeout = timeout ?? TimeSpan.FromSeconds(60));
    }));

    private static async Task<RawClient> ConnectAsync(RunningApp app, SslProtocols protocol, Func<Stream, Stream>? below = null)
    {
        var client = await app.ConnectAsync();
        var tls = new SslStream(below?.Invoke(client.Stream) ?? client.Stream, leaveInnerStreamOpen: false);
        client.Stream = tls;
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
            RemoteCertificateValidationCallback = TestCertificate.IsPresented,
        }).WaitAsync(Eventually.Soon);
        return client;
    }
}
