namespace GoHub.Transport.Tests.Http1;

/// <summary>Plain requests, one after another and side by side.</summary>
public abstract class RequestsSpecification(TransportKind transport) : TransportSpecification(transport)
{
    [Fact]
    public async Task A_get_is_answered()
    {
        var app = await StartAsync(a => a.MapGet("/hello/{name}", (string name) => $"Hello {name}"));
        using var client = await app.ConnectAsync();

        var response = await client.GetAsync("/hello/you");

        Assert.Equal((200, "Hello you"), (response.Status, response.Text));
    }

    [Fact]
    public async Task A_thousand_requests_share_one_connection()
    {
        var app = await StartAsync(a => a.MapGet("/{n:int}", (int n, HttpContext context) => $"{n} {context.Connection.Id}"));
        using var client = await app.ConnectAsync();
        var connection = (await client.GetAsync("/0")).Text.Split(' ')[1];

        for (var i = 1; i <= 1000; i++)
        {
            Assert.Equal($"{i} {connection}", (await client.GetAsync($"/{i}")).Text);
        }
    }

    [Fact]
    public async Task Connections_side_by_side_keep_their_answers_apart()
    {
        var app = await StartAsync(a => a.MapGet("/{n:int}", (int n) => $"{n}"));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async c =>
        {
            using var client = await app.ConnectAsync();
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal($"{(c * 1000) + i}", (await client.GetAsync($"/{(c * 1000) + i}")).Text);
            }
        }));
    }

    [Fact]
    public async Task A_request_that_asks_for_the_close_is_the_last()
    {
        var app = await StartAsync(a => a.MapGet("/", () => "bye"));
        using var client = await app.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");

        var response = await client.ReadResponseAsync();

        Assert.Equal("bye", response.Text);
        Assert.True(response.IsLast);
        Assert.Equal(ConnectionEnd.Closed, await client.ReadEndAsync());
    }

    [Fact]
    public async Task An_answer_of_http_1_0_ends_with_the_connection()
    {
        var app = await StartAsync(a => a.MapGet("/", async (HttpResponse response) =>
        {
            await response.Body.WriteAsync(Payload.Bytes(300_000));
            await response.Body.FlushAsync();
        }));
        using var client = await app.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");

        var response = await client.ReadResponseAsync();

        Assert.Equal(300_000, response.Body.Length);
        Payload.Verify(0, response.Body);
    }

    [Fact]
    public async Task Headers_of_30_KB_come_whole_in_both_directions()
    {
        var value = new string('v', 30_000);
        var app = await StartAsync(a => a.MapGet("/", (HttpContext context) => { context.Response.Headers["X-Back"] = context.Request.Headers["X-There"]; }));
        using var client = await app.ConnectAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: test\r\nX-There: {value}\r\n\r\n");

        Assert.Equal(value, (await client.ReadResponseAsync()).Headers["X-Back"]);
    }

    [Fact]
    public async Task What_is_no_http_is_answered_with_400_and_the_close()
    {
        var app = await StartAsync(_ => { });
        using var client = await app.ConnectAsync();
        await client.SendAsync("\u0001\u0002\u0003 this is no request\r\n\r\n");

        var response = await client.ReadResponseAsync();

        Assert.Equal(400, response.Status);
        Assert.True(response.IsLast);
        await client.ReadEndAsync();
        await app.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_handler_that_throws_is_answered_with_500_and_the_connection_lives()
    {
        var app = await StartAsync(a => a.MapGet("/throw", string () => throw new InvalidOperationException("wanted")));
        app.Log.ExpectError("wanted");
        using var client = await app.ConnectAsync();

        Assert.Equal(500, (await client.GetAsync("/throw")).Status);
        Assert.Equal("alive", (await client.GetAsync("/alive")).Text);
    }
}
