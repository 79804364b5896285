using System.Security.Authentication;

namespace GoHub.Transport.Tests.Http2;

/// <summary>Many streams on one connection, with TLS and without.</summary>
public abstract class Http2Specification(TransportKind transport) : TransportSpecification(transport)
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_thousand_requests_side_by_side_share_one_connection(bool tls)
    {
        var app = await StartAsync(tls, a => a.MapGet("/{n:int}", (int n, HttpContext context) => $"{n} {context.Request.Protocol} {context.Connection.Id.Split(':')[0]}"));
        using var client = app.CreateClient(HttpVersion.Version20);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => client.GetStringAsync(new Uri($"/{n}", UriKind.Relative))));

        Assert.All(answers, (answer, n) => Assert.StartsWith($"{n} HTTP/2 ", answer, StringComparison.Ordinal));
        Assert.Single(answers.Select(a => a.Split(' ')[2]).Distinct());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_of_many_streams_come_whole_in_both_directions(bool tls)
    {
        var app = await StartAsync(tls, a => a.MapPost("/", (HttpContext context) => context.Request.Body.CopyToAsync(context.Response.Body)));
        using var client = app.CreateClient(HttpVersion.Version20);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            using var content = new PayloadContent((1 << 20) + n, chunked: n % 2 == 0);
            using var response = await client.PostAsync(Root, content);
            Assert.Equal((1 << 20) + n, await Payload.VerifyAsync(await response.Content.ReadAsStreamAsync()));
        }));
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_holds_up_only_itself()
    {
        var written = new Tally("bytes the app got rid of");
        var app = await StartAsync(false, a => a.MapGet("/large", (HttpResponse response) => Payload.WriteAsync(response.Body, 16 << 20, written)));
        using var client = app.CreateClient(HttpVersion.Version20);
        using var response = await client.GetAsync(new Uri("/large", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        Assert.InRange(await written.SettleAsync(), 0, 8 << 20);
        Assert.Equal("alive", await client.GetStringAsync(new Uri("/alive", UriKind.Relative)));
        Assert.Equal(16 << 20, await Payload.VerifyAsync(await response.Content.ReadAsStreamAsync()));
    }

    [Fact]
    public async Task A_stream_that_the_client_gives_up_is_aborted_and_the_others_go_on()
    {
        var entered = new Gate("the request runs");
        var aborted = new Gate("the request is aborted");
        var app = await StartAsync(true, a => a.MapGet("/", async (HttpContext context) =>
        {
            using var registration = context.RequestAborted.Register(aborted.Open);
            entered.Open();
            await aborted.PassAsync();
        }));
        using var client = app.CreateClient(HttpVersion.Version20);
        using var giveUp = new CancellationTokenSource();
        var request = client.GetAsync(Root, giveUp.Token);
        await entered.PassAsync();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await aborted.PassAsync();
        Assert.Equal("alive", await client.GetStringAsync(new Uri("/alive", UriKind.Relative)));
    }

    [Fact]
    public async Task A_connection_that_breaks_aborts_all_its_streams()
    {
        var entered = new Tally("requests that run");
        var aborted = new Tally("requests that are aborted");
        var app = await StartAsync(false, a => a.MapGet("/", async (HttpContext context) =>
        {
            using var registration = context.RequestAborted.Register(() => aborted.Add());
            entered.Add();
            await aborted.ReachAsync(30);
        }));
        Socket? socket = null;
        using var client = TestClient.Create(app.Uri, HttpVersion.Version20, async cancellation =>
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(app.EndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        });
        var requests = Enumerable.Range(0, 30).Select(_ => client.GetAsync(Root)).ToArray();
        await entered.ReachAsync(30);

        socket!.Close(0);

        await aborted.ReachAsync(30);
        foreach (var request in requests)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        }
        await app.StopAsync();
    }

    [Fact]
    public async Task What_is_no_http2_is_refused_and_others_are_served()
    {
        var app = await StartAsync(false, _ => { });
        using (var stray = await app.ConnectAsync())
        {
            await stray.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            await stray.SendAsync(new byte[1000]);
            await stray.ReadEndAsync();
        }
        using var client = app.CreateClient(HttpVersion.Version20);
        Assert.Equal("alive", await client.GetStringAsync(new Uri("/alive", UriKind.Relative)));
    }

    private Task<RunningApp> StartAsync(bool tls, Action<WebApplication> app) => StartAsync(app, kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
    {
        listen.Protocols = HttpProtocols.Http2;
        if (tls)
        {
            listen.UseHttps(TestCertificate.Instance, https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        }
    }));
}
