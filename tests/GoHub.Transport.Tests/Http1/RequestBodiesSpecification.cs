using System.Globalization;

namespace GoHub.Transport.Tests.Http1;

/// <summary>What a client uploads comes whole, however it is cut, and whether or not the app wants it.</summary>
public abstract class RequestBodiesSpecification(TransportKind transport) : TransportSpecification(transport)
{
    private static readonly Uri Verify = new("/verify", UriKind.Relative);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4_095)]
    [InlineData(65_537)]
    [InlineData((1 << 20) + 1)]
    [InlineData(50 << 20)]
    public async Task A_body_comes_whole(int length)
    {
        var app = await StartAsync(MapVerify, kestrel => kestrel.Limits.MaxRequestBodySize = null);
        using var client = app.CreateClient();
        foreach (var chunked in new[] { false, true })
        {
            using var content = new PayloadContent(length, chunked);
            using var response = await client.PostAsync(Verify, content);
            Assert.Equal($"{length}", await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_body_uploaded_slowly_is_read_as_it_comes()
    {
        var read = new Tally("bytes read by the app");
        var app = await StartAsync(a => a.MapPost("/verify", async (HttpRequest request) => $"{await Payload.VerifyAsync(request.Body, read)}"));
        using var client = await app.ConnectAsync();
        await client.SendAsync("POST /verify HTTP/1.1\r\nHost: test\r\nContent-Length: 20000\r\n\r\n");
        var payload = Payload.Bytes(20_000);
        for (var sent = 0; sent < payload.Length; sent += 100)
        {
            await client.SendAsync(payload.AsMemory(sent, 100));
            await read.ReachAsync(sent + 100);
        }

        Assert.Equal("20000", (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    [InlineData(8 << 20)]
    public async Task A_body_that_the_app_ignores_does_not_spoil_the_next_request(int length)
    {
        var app = await StartAsync(a => a.MapPost("/ignore", () => "not read"));
        using var client = await app.ConnectAsync();
        var sending = SendAsync(client, $"POST /ignore HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n", length);

        Assert.Equal("not read", (await client.ReadResponseAsync()).Text);
        await sending;
        Assert.Equal("alive", (await client.GetAsync("/alive")).Text);
    }

    [Fact]
    public async Task A_body_that_the_app_reads_a_part_of_does_not_spoil_the_next_request()
    {
        var app = await StartAsync(a => a.MapPost("/taste", async (HttpRequest request) =>
        {
            await request.Body.ReadExactlyAsync(new byte[1000]);
            return "tasted";
        }));
        using var client = await app.ConnectAsync();
        var sending = SendAsync(client, $"POST /taste HTTP/1.1\r\nHost: test\r\nContent-Length: {2 << 20}\r\n\r\n", 2 << 20);

        Assert.Equal("tasted", (await client.ReadResponseAsync()).Text);
        await sending;
        Assert.Equal("alive", (await client.GetAsync("/alive")).Text);
    }

    [Fact]
    public async Task A_body_larger_than_allowed_is_refused_with_413()
    {
        var app = await StartAsync(MapVerify, kestrel => kestrel.Limits.MaxRequestBodySize = 1000);
        app.Log.ExpectError("Request body too large");
        using var client = await app.ConnectAsync();
        await client.SendAsync("POST /verify HTTP/1.1\r\nHost: test\r\nContent-Length: 1001\r\n\r\n");

        Assert.Equal(413, (await client.ReadResponseAsync()).Status);
        await app.ExpectAliveAsync();
    }

    [Fact]
    public async Task Chunks_of_one_byte_come_whole()
    {
        var app = await StartAsync(MapVerify);
        using var client = await app.ConnectAsync();
        var body = new MemoryStream();
        foreach (var octet in Payload.Bytes(20_000))
        {
            body.Write("1\r\n"u8);
            body.WriteByte(octet);
            body.Write("\r\n"u8);
        }
        body.Write("0\r\n\r\n"u8);
        await client.SendAsync("POST /verify HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.SendAsync(body.ToArray());

        Assert.Equal(20_000, int.Parse((await client.ReadResponseAsync()).Text, CultureInfo.InvariantCulture));
    }

    private static void MapVerify(WebApplication app) => app.MapPost("/verify", async (HttpRequest request) => $"{await Payload.VerifyAsync(request.Body)}");

    private static async Task SendAsync(RawClient client, string head, int length)
    {
        await client.SendAsync(head);
        await Payload.WriteAsync(client.Stream, length);
    }
}
