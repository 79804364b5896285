namespace GoHub.Transport.Tests.Lifetime;

/// <summary>Clients that say they are done and still listen. Kestrel's HTTP/1.1 takes that as leaving, on its own transport too.</summary>
public abstract class HalfCloseSpecification(TransportKind transport) : TransportSpecification(transport)
{
    [Fact]
    public async Task A_client_that_is_done_while_the_app_works_aborts_its_request_and_gets_the_close()
    {
        var entered = new Gate("the request runs");
        var aborted = new Gate("the request is aborted");
        var app = await StartAsync(a => a.MapGet("/", async (HttpContext context) =>
        {
            using var registration = context.RequestAborted.Register(aborted.Open);
            entered.Open();
            await aborted.PassAsync();
        }));
        using var client = await app.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await entered.PassAsync();

        client.ShutdownSend();

        await aborted.PassAsync();
        await client.ReadEndAsync();
        await app.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_client_that_is_done_right_after_its_request_gets_as_much_of_the_answer_as_was_on_its_way()
    {
        var app = await StartAsync(_ => { });
        for (var i = 0; i < 200; i++)
        {
            using var client = await app.ConnectAsync();
            await client.SendAsync("GET /alive HTTP/1.1\r\nHost: test\r\n\r\n");
            client.ShutdownSend();
            var text = Encoding.ASCII.GetString(await client.ReadToEndAsync());
            // Kestrel ends a request whose client is done; how far it came is chance, on the stock transport too.
            Assert.True(text.Length == 0 || text.StartsWith("HTTP/1.1 200 OK\r\n", StringComparison.Ordinal), text);
        }
        await app.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_client_that_is_done_after_the_answer_gets_the_close()
    {
        var app = await StartAsync(_ => { });
        using var client = await app.ConnectAsync();
        Assert.Equal("alive", (await client.GetAsync("/alive")).Text);

        client.ShutdownSend();

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_is_done_before_it_asked_gets_the_close()
    {
        var app = await StartAsync(_ => { });
        using var client = await app.ConnectAsync();

        client.ShutdownSend();

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_is_done_within_its_headers_gets_400_or_the_close()
    {
        var app = await StartAsync(_ => { });
        using var client = await app.ConnectAsync();
        await client.SendAsync("GET /alive HTTP/1.1\r\nHost: te");

        client.ShutdownSend();

        var text = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.True(text.Length == 0 || text.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), text);
    }
}
