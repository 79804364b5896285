namespace GoHub.Client.Tests.Lifetime;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>These look at the memory of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class EnduranceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TenThousandReconnects_LeaveNothingBehind()
    {
        var time = new CountingTime();
        var server = new SilentFactory();
        var tokens = 0;
        await using var client = new GoHubClient("ws://hub.test/ws", o =>
        {
            o.TimeProvider = time;
            o.WebSocketFactory = server.ConnectAsync;
            o.Jitter = () => 0;
            o.TokenProvider = _ => ValueTask.FromResult<string?>(Envelopes.Token(time.GetUtcNow().AddHours(++tokens)));
        });
        client.On<int>("n", _ => { });
        await client.StartAsync(Cancel).Soon();
        await client.SubscribeAsync("lobby", Cancel).Soon();

        await LiveAsync(client, server, 1000);
        var before = (Memory: GC.GetTotalMemory(forceFullCollection: true), Timers: time.Alive);
        await LiveAsync(client, server, 10_000);
        var after = (Memory: GC.GetTotalMemory(forceFullCollection: true), Timers: time.Alive);

        // 10,000 times 50 bytes would be seen.
        Assert.InRange(after.Memory - before.Memory, long.MinValue, 500_000);
        Assert.InRange(after.Timers, 0, before.Timers + 1);
        await client.StopAsync(Cancel).Soon();
        await Waiting.Until(() => time.Alive == 0);
    }

    [Fact]
    public async Task AnIdleClient_HoldsNoTimer()
    {
        var time = new CountingTime();
        await using var trial = new Trial(o => o.TimeProvider = time);
        await trial.ConnectAsync();

        await Waiting.Until(() => time.Alive == 0);
    }

    private static async Task LiveAsync(GoHubClient client, SilentFactory server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var asking = client.RequestAsync<int, int>("x", i, Cancel);
            var socket = server.Current;
            socket.Drop();
            try
            {
                await asking.Soon();
            }
            catch (GoHubClientException)
            {
                // Lost on its way, or kept for the next: both are meant.
            }
            await Waiting.Until(() => server.Current != socket && client.State == GoHubClientState.Connected);
        }
    }

    /// <summary>A server that lets everybody in, and remembers only the last.</summary>
    private sealed class SilentFactory
    {
        private volatile FakeSocket? _current;

        public FakeSocket Current => _current!;

        public Task<WebSocket> ConnectAsync(GoHubConnectContext context, CancellationToken cancellationToken)
        {
            var socket = new FakeSocket
            {
                Respond = static (s, m) =>
                {
                    Rooms.RoomServer.Respond(s, m);
                    if (m.Type() == "x")
                    {
                        s.Answer(m, "x_reply", 1);
                    }
                },
            };
            socket.Welcome();
            _current = socket;
            return Task.FromResult<WebSocket>(socket);
        }
    }
}
