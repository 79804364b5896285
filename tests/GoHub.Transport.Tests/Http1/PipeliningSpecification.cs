namespace GoHub.Transport.Tests.Http1;

/// <summary>Requests that do not wait for the answers before them, and requests cut where no client would.</summary>
public abstract class PipeliningSpecification(TransportKind transport) : TransportSpecification(transport)
{
    private const string TwoRequests =
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nfirst" +
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsec\r\n3\r\nond\r\n0\r\n\r\n";

    [Fact]
    public async Task Five_hundred_requests_in_one_write_are_answered_in_order()
    {
        var app = await StartAsync(a => a.MapGet("/{n:int}", (int n) => $"{n}"));
        using var client = await app.ConnectAsync();
        await client.SendAsync(string.Concat(Enumerable.Range(0, 500).Select(Get)));

        for (var i = 0; i < 500; i++)
        {
            Assert.Equal($"{i}", (await client.ReadResponseAsync()).Text);
        }
    }

    [Fact]
    public async Task Answers_that_nobody_reads_yet_do_not_get_lost()
    {
        var app = await StartAsync(a => a.MapGet("/{n:int}", (int n) => Results.Bytes(Payload.Bytes(40_000 + n))));
        using var client = await app.ConnectAsync();
        // 20 MB of answers: more than the kernel keeps, so the server has to stop and to go on.
        var sending = client.SendAsync(string.Concat(Enumerable.Range(0, 500).Select(Get)));

        for (var i = 0; i < 500; i++)
        {
            var body = (await client.ReadResponseAsync()).Body;
            Assert.Equal(40_000 + i, body.Length);
            Payload.Verify(0, body);
        }
        await sending;
    }

    [Fact]
    public async Task Requests_cut_at_every_byte_are_the_same_requests()
    {
        var watch = new InputWatch();
        var app = await StartAsync(MapEcho, kestrel => kestrel.Listen(IPAddress.Loopback, 0, watch.On));
        using var client = await app.ConnectAsync();
        long sent = 0;
        for (var cut = 1; cut < TwoRequests.Length; cut++)
        {
            await client.SendAsync(TwoRequests[..cut]);
            await watch.Seen.ReachAsync(sent + cut);
            await client.SendAsync(TwoRequests[cut..]);
            sent += TwoRequests.Length;

            Assert.Equal("first", (await client.ReadResponseAsync()).Text);
            Assert.Equal("second", (await client.ReadResponseAsync()).Text);
        }
    }

    [Fact]
    public async Task Requests_that_come_one_byte_at_a_time_are_the_same_requests()
    {
        var watch = new InputWatch();
        var app = await StartAsync(MapEcho, kestrel => kestrel.Listen(IPAddress.Loopback, 0, watch.On));
        using var client = await app.ConnectAsync();
        for (var i = 0; i < TwoRequests.Length; i++)
        {
            await client.SendAsync(TwoRequests[i..(i + 1)]);
            await watch.Seen.ReachAsync(i + 1);
        }

        Assert.Equal("first", (await client.ReadResponseAsync()).Text);
        Assert.Equal("second", (await client.ReadResponseAsync()).Text);
    }

    private static string Get(int n) => $"GET /{n} HTTP/1.1\r\nHost: test\r\n\r\n";

    private static void MapEcho(WebApplication app) => app.MapPost("/echo", async (HttpRequest request) =>
    {
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync();
    });
}
