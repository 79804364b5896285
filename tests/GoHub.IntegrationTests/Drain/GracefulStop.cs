using System.Diagnostics;
using System.Net;

namespace GoHub.IntegrationTests.Drain;

/// <summary>SIGTERM: not ready at once, clients sent away at a pace, exit 0 when the last is gone.</summary>
public sealed class GracefulStop
{
    [Fact]
    public async Task Clients_are_told_and_closed_at_the_rate_and_the_server_exits_0_soon_after()
    {
        await using var server = await ServerProcess.StartAsync("Drain:Rate=4");
        var asked = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => WireClient.ConnectAsync(server.EndPoint, Handshake.Welcome())));
        var plain = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => WireClient.ConnectAsync(server.EndPoint)));
        foreach (var client in asked)
        {
            await client.ExpectAsync("welcome");
        }

        server.Run.Send(Signal.Terminate);
        var clock = Stopwatch.StartNew();
        var ends = asked.Concat(plain).Select(c => SentAwayAsync(c, clock)).ToArray();
        await Eventually.HoldsAsync("it is not ready", async () => await server.StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, await server.StatusAsync("/health/live"));
        using (var health = JsonDocument.Parse(await server.GetAsync("/health")))
        {
            Assert.Equal("draining", health.RootElement.GetProperty("status").GetString());
        }
        var refusal = await WireClient.RefusalAsync(server.EndPoint);
        Assert.Equal(503, refusal.Status);
        Assert.NotNull(refusal.Header("Retry-After"));

        var sent = await Task.WhenAll(ends);
        Assert.All(sent, s => Assert.Equal(1012, s.Close));
        Assert.All(sent[..6], s => Assert.True(s.Hint is not null, "No reconnect hint."));
        Assert.All(sent[6..], s => Assert.Null(s.Hint));
        var last = clock.Elapsed;
        // Twelve at four a second: not before two seconds, not after five.
        Assert.InRange(sent.Max(s => s.At.TotalSeconds), 1.5, 6);
        Assert.InRange(sent.Count(s => s.At < TimeSpan.FromSeconds(0.9)), 0, 8);

        Assert.Equal(0, await server.Run.ExitCodeAsync());
        Assert.InRange((clock.Elapsed - last).TotalSeconds, 0, 4);
    }

    [Fact]
    public async Task Those_who_wait_are_still_served()
    {
        await using var server = await ServerProcess.StartAsync("Drain:Rate=1");
        var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WireClient.ConnectAsync(server.EndPoint)));
        server.Run.Send(Signal.Terminate);
        await Eventually.HoldsAsync("it drains", async () => await server.StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable);
        var served = await Task.WhenAll(clients.Select(ServedUntilClosedAsync));
        // The last is closed some seconds later; until then each of its requests had an answer.
        Assert.InRange(served.Max(), 5, int.MaxValue);
        Assert.Equal(0, await server.Run.ExitCodeAsync());
    }

    [Fact]
    public async Task At_the_deadline_the_rest_is_closed_too()
    {
        await using var server = await ServerProcess.StartAsync("Drain:Rate=1", "Drain:Timeout=00:00:02");
        var clients = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => WireClient.ConnectAsync(server.EndPoint)));
        server.Run.Send(Signal.Terminate);
        var clock = Stopwatch.StartNew();
        var closes = await Task.WhenAll(clients.Select(c => SentAwayAsync(c, clock)));
        Assert.All(closes, c => Assert.Contains(c.Close, new int?[] { 1012, 1001 }));
        Assert.Equal(0, await server.Run.ExitCodeAsync());
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 10);
    }

    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    public async Task Without_clients_it_exits_0_at_once(int signal)
    {
        Assert.SkipWhen(Signal.IsIgnored(signal), "A shell has its background jobs ignore this signal, and the server inherits that.");
        await using var server = await ServerProcess.StartAsync();
        await using (var client = await WireClient.ConnectAsync(server.EndPoint))
        {
            await client.ExpectAliveAsync();
        }
        await Eventually.HoldsAsync("the client is gone", async () => (await server.MetricsAsync())["gohub_connected_clients"] == 0);
        var clock = Stopwatch.StartNew();
        server.Run.Send(signal);
        Assert.Equal(0, await server.Run.ExitCodeAsync());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 6);
    }

    [Fact]
    public async Task Clients_that_do_not_answer_the_close_hold_nothing_up()
    {
        await using var server = await ServerProcess.StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WireClient.ConnectAsync(server.EndPoint)));
        server.Run.Send(Signal.Terminate);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await server.Run.ExitCodeAsync());
        // The close handshake has 2 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        foreach (var client in clients)
        {
            Assert.Equal(1012, (await client.ReadCloseAsync())?.CloseCode);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Three_hundred_are_gone_within_seconds_at_the_default_rate()
    {
        await using var server = await ServerProcess.StartAsync("Limits:ConnectionsPerIp=0");
        var clients = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => WireClient.ConnectAsync(server.EndPoint)));
        server.Run.Send(Signal.Terminate);
        var clock = Stopwatch.StartNew();
        var closes = await Task.WhenAll(clients.Select(c => SentAwayAsync(c, clock)));
        Assert.All(closes, c => Assert.Equal(1012, c.Close));
        Assert.Equal(0, await server.Run.ExitCodeAsync());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    private static async Task<int> ServedUntilClosedAsync(WireClient client)
    {
        await using var closing = client;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var served = 0; ; served++)
        {
            await client.TrySendBytesAsync(ClientFrame.Text("""{"message_type":"echo","data":1}""").ToBytes());
            var frame = await client.ReadMessageAsync();
            if (frame?.Opcode != Opcode.Text)
            {
                Assert.Equal(1012, frame?.CloseCode);
                return served;
            }
            await pace.WaitForNextTickAsync();
        }
    }

    private static async Task<(int? Close, string? Hint, TimeSpan At)> SentAwayAsync(WireClient client, Stopwatch clock)
    {
        string? hint = null;
        while (await client.ReadMessageAsync(TimeSpan.FromSeconds(30)) is { } frame)
        {
            if (frame.Opcode == Opcode.Close)
            {
                var at = clock.Elapsed;
                await client.TrySendBytesAsync(new ClientFrame(Opcode.Close, frame.Payload).ToBytes());
                await client.DisposeAsync();
                return (frame.CloseCode, hint, at);
            }
            var message = Message.Parse(frame.Payload);
            Assert.Equal("reconnect", message.Type);
            Assert.InRange(message.Data.GetProperty("reconnect_in").GetInt64(), 0, 600_000);
            hint = message.Text("reason");
        }
        return (null, hint, clock.Elapsed);
    }
}
