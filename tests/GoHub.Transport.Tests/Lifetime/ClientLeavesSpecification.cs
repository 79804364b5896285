namespace GoHub.Transport.Tests.Lifetime;

/// <summary>Clients that leave, at every stage and in both ways: the app is told, and everyone else is served.</summary>
public abstract class ClientLeavesSpecification(TransportKind transport) : TransportSpecification(transport)
{
    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\nHost: te")]
    public async Task Before_the_request_is_complete_nothing_runs(string sent)
    {
        var ran = new Gate("the app ran");
        var ended = new Tally("connections ended");
        var app = await StartAsync(a => a.MapGet("/", ran.Open), kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => async context =>
        {
            await next(context);
            ended.Add();
        })));
        foreach (var reset in new[] { false, true })
        {
            using var client = await app.ConnectAsync();
            if (sent.Length > 0)
            {
                await client.SendAsync(sent);
            }
            Leave(client, reset);
        }
        await ended.ReachAsync(2);
        Assert.False(ran.IsOpen);
        await app.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Within_the_body_the_read_fails(bool reset)
    {
        var failed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new Tally("bytes read");
        var app = await StartAsync(a => a.MapPost("/", async (HttpRequest request) =>
            failed.SetResult(await Record.ExceptionAsync(() => Payload.VerifyAsync(request.Body, begun)))));
        // Kestrel's own drain of what the broken read left.
        app.Log.ExpectError("automatic draining of the request body failed");
        using var client = await app.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n");
        await client.SendAsync(Payload.Bytes(5000));
        await begun.ReachAsync(5000);

        Leave(client, reset);

        var exception = await failed.Task.WaitAsync(Eventually.Soon);
        Assert.True(reset ? exception is ConnectionResetException : exception is Microsoft.AspNetCore.Http.BadHttpRequestException, $"{exception}");
        await app.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_app_works_the_request_is_aborted(bool reset)
    {
        var entered = new Gate("the request runs");
        var aborted = new Gate("the request is aborted");
        var app = await StartAsync(a => a.MapGet("/", async (HttpContext context) =>
        {
            using var registration = context.RequestAborted.Register(aborted.Open);
            entered.Open();
            await aborted.PassAsync();
            await context.Response.WriteAsync("nobody hears this");
        }));
        using var client = await app.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await entered.PassAsync();

        Leave(client, reset);

        await aborted.PassAsync();
        await app.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Within_the_answer_the_writes_stop_waiting(bool reset)
    {
        var ended = new Gate("the app stopped writing");
        var app = await StartAsync(
            a => a.MapGet("/", async (HttpContext context) =>
            {
                var piece = Payload.Bytes(100_000);
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(piece, CancellationToken.None);
                }
                ended.Open();
            }),
            kestrel => kestrel.Limits.MinResponseDataRate = null);
        using var client = await app.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await client.ReadExactlyAsync(1000);

        Leave(client, reset);

        await ended.PassAsync();
        await app.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_request_without_end_behind_another_does_not_hide_that_the_client_left()
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
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\nGET /next HTTP/1.1\r\nHost: te");
        await entered.PassAsync();

        client.Reset();

        await aborted.PassAsync();
    }

    [Fact]
    public async Task Two_hundred_that_leave_at_once_abort_two_hundred_requests()
    {
        var entered = new Tally("requests that run");
        var aborted = new Tally("requests that are aborted");
        var app = await StartAsync(a => a.MapGet("/", async (HttpContext context) =>
        {
            using var registration = context.RequestAborted.Register(() => aborted.Add());
            entered.Add();
            await aborted.ReachAsync(200);
        }));
        var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            var client = await app.ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            return client;
        }));
        await entered.ReachAsync(200);

        Assert.All(clients, (client, n) => Leave(client, n % 2 == 0));

        await aborted.ReachAsync(200);
        await app.ExpectAliveAsync();
    }

    private static void Leave(RawClient client, bool reset)
    {
        if (reset)
        {
            client.Reset();
        }
        else
        {
            client.Dispose();
        }
    }
}
