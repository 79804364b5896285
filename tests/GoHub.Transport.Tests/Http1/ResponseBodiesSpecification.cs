namespace GoHub.Transport.Tests.Http1;

/// <summary>What the app answers comes whole, in whatever pieces it was written.</summary>
public abstract class ResponseBodiesSpecification(TransportKind transport) : TransportSpecification(transport)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_537)]
    [InlineData(50 << 20)]
    public async Task A_body_comes_whole(int length)
    {
        var app = await StartAsync(a => a.MapGet("/{chunked:bool}", async (bool chunked, HttpResponse response) =>
        {
            response.ContentLength = chunked ? null : length;
            await Payload.WriteAsync(response.Body, length);
        }));
        using var client = app.CreateClient();
        foreach (var chunked in new[] { false, true })
        {
            using var body = await client.GetStreamAsync(new Uri($"/{chunked}", UriKind.Relative));
            Assert.Equal(length, await Payload.VerifyAsync(body));
        }
    }

    [Fact]
    public async Task One_write_of_20_MB_comes_whole()
    {
        var app = await StartAsync(a => a.MapGet("/", async (HttpResponse response) =>
        {
            response.ContentLength = 20 << 20;
            await response.Body.WriteAsync(Payload.Bytes(20 << 20));
        }));
        using var client = app.CreateClient();
        using var body = await client.GetStreamAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(20 << 20, await Payload.VerifyAsync(body));
    }

    [Fact]
    public async Task Writes_of_every_size_without_a_wait_in_between_come_whole()
    {
        const int Sizes = 3000;
        var app = await StartAsync(a => a.MapGet("/", async (HttpResponse response) =>
        {
            long offset = 0;
            for (var size = 1; size <= Sizes; size++)
            {
                Payload.Fill(offset, response.BodyWriter.GetSpan(size)[..size]);
                response.BodyWriter.Advance(size);
                offset += size;
                if (size % 7 == 0)
                {
                    await response.BodyWriter.FlushAsync();
                }
            }
        }));
        using var client = app.CreateClient();
        using var body = await client.GetStreamAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(Sizes * (Sizes + 1) / 2, await Payload.VerifyAsync(body));
    }

    [Fact]
    public async Task A_file_comes_whole()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, Payload.Bytes(5 << 20));
        try
        {
            var app = await StartAsync(a => a.MapGet("/", () => Results.File(path)));
            using var client = app.CreateClient();
            using var body = await client.GetStreamAsync(new Uri("/", UriKind.Relative));

            Assert.Equal(5 << 20, await Payload.VerifyAsync(body));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Upload_and_download_run_at_the_same_time_on_one_connection()
    {
        var app = await StartAsync(a => a.MapPost("/echo", (HttpContext context) => context.Request.Body.CopyToAsync(context.Response.Body)));
        using var client = await app.ConnectAsync();
        await client.SendAsync($"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: {20 << 20}\r\n\r\n");
        var sending = Payload.WriteAsync(client.Stream, 20 << 20);

        var body = (await client.ReadResponseAsync()).Body;
        await sending;

        Assert.Equal(20 << 20, body.Length);
        Payload.Verify(0, body);
    }
}
