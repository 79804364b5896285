namespace GoHub.Transport.Tests.Http1;

/// <summary>Who reads slowly makes the other side wait; nobody collects what is on its way.</summary>
public abstract class BackPressureSpecification(TransportKind transport) : TransportSpecification(transport)
{
    private const int Length = 64 << 20;

    // What the two kernel buffers and Kestrel's own may hold at most; far less than the whole.
    private const int OnTheWay = 24 << 20;

    [Fact]
    public async Task An_app_that_does_not_read_yet_makes_the_client_wait_and_then_gets_everything()
    {
        var read = new Gate("the app may read");
        var app = await StartAsync(
            a => a.MapPost("/", async (HttpRequest request) =>
            {
                await read.PassAsync(TimeSpan.FromSeconds(60));
                return $"{await Payload.VerifyAsync(request.Body)}";
            }),
            kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MinRequestBodyDataRate = null;
            });
        using var client = await app.ConnectAsync();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {Length}\r\n\r\n");
        var written = new Tally("bytes the client got rid of");
        var sending = Payload.WriteAsync(client.Stream, Length, written);

        Assert.InRange(await written.SettleAsync(), 1, OnTheWay);
        Assert.False(sending.IsCompleted);

        read.Open();
        await sending.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal($"{Length}", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task A_client_that_does_not_read_yet_makes_the_app_wait_and_then_gets_everything()
    {
        var written = new Tally("bytes the app got rid of");
        var app = await StartAsync(
            a => a.MapGet("/", async (HttpContext context) =>
            {
                context.Response.ContentLength = Length;
                await Payload.WriteAsync(context.Response.Body, Length, written, context.RequestAborted);
            }),
            kestrel => kestrel.Limits.MinResponseDataRate = null);
        using var client = await RawClient.ConnectAsync(app.EndPoint, receiveBuffer: 256 * 1024);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.InRange(await written.SettleAsync(), 1, OnTheWay);

        var body = (await client.ReadResponseAsync()).Body;
        Assert.Equal(Length, body.Length);
        Payload.Verify(0, body);
        Assert.Equal("alive", (await client.GetAsync("/alive")).Text);
    }

    [Fact]
    public async Task A_client_that_stops_and_goes_on_many_times_gets_everything()
    {
        const int Pieces = 40;
        const int Piece = 300_000;
        var written = new Tally("bytes the app got rid of");
        var app = await StartAsync(a => a.MapGet("/", async (HttpResponse response) =>
        {
            response.ContentLength = Pieces * Piece;
            await Payload.WriteAsync(response.Body, Pieces * Piece, written);
        }));
        using var client = await RawClient.ConnectAsync(app.EndPoint, receiveBuffer: 32 * 1024);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        while (await client.ReadLineAsync() is { Length: > 0 })
        {
        }
        for (var piece = 0; piece < Pieces; piece++)
        {
            // The app cannot be further than what was read and what is on its way, and it does come there.
            await written.ReachAsync(piece * Piece);
            Payload.Verify(piece * Piece, await client.ReadExactlyAsync(Piece));
        }
    }

    [Fact]
    public async Task A_waiting_connection_does_not_hold_up_the_others()
    {
        var app = await StartAsync(
            a => a.MapGet("/", (HttpContext context) => Payload.WriteAsync(context.Response.Body, Length, null, context.RequestAborted)),
            kestrel => kestrel.Limits.MinResponseDataRate = null);
        var stuck = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var client = await RawClient.ConnectAsync(app.EndPoint, receiveBuffer: 16 * 1024);
            await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            return client;
        }));
        using var lively = await app.ConnectAsync();
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal("alive", (await lively.GetAsync("/alive")).Text);
        }
        Assert.All(stuck, client => client.Reset());
    }
}
