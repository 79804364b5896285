using GoHub.Bus;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Redis;

/// <summary>What becomes of the bus when Redis, or the way to it, is bad.</summary>
public sealed class RedisOutageTests
{
    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_is_down_and_up_with_every_subscription()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        await using var b = await RedisNode.StartUpAsync(server.EndPoint);
        await Task.WhenAll(Enumerable.Range(0, 12_000).Select(i => a.SubscribeAsync($"gh1.test.r.{i}").AsTask()));
        for (var round = 1; round <= 2; round++)
        {
            await server.KillAsync();
            await Eventually.HoldsAsync("both are told", () => !a.Told.IsUp && !b.Told.IsUp);
            Assert.Equal(BusPublish.Down, a.Publish("gh1.test.a", "lost"));
            await server.StartAsync();
            await a.IsUpAsync();
            await b.IsUpAsync();
            await a.HearsAsync(b, "gh1.test.r.0", $"first {round}");
            await a.HearsAsync(b, "gh1.test.r.11999", $"last {round}");
            Assert.Equal(1 + (2 * round), a.Told.States.Count);
        }
        Assert.Equal(0, a.Told.Lost);
    }

    [Fact]
    public async Task A_paused_server_is_busy_not_down_until_it_is_given_up()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        await a.SubscribeAsync("gh1.test.r.x");
        server.Pause();
        var frame = new byte[10_000];
        var sent = 0;
        await Eventually.HoldsAsync("it is busy", () =>
        {
            BusPublish last;
            while ((last = a.Bus.TryPublish("gh1.test.a", frame)) == BusPublish.Sent)
            {
                sent++;
            }
            return last == BusPublish.Busy;
        });
        // The window, and a mark's worth that the last answers did not cover.
        Assert.InRange(sent * (long)frame.Length, 8_000_000 - frame.Length, 8 * 1024 * 1024 + 64 * 1024 + frame.Length);
        // Longer than an answer may take: still no more goes out, and nothing is said to be lost.
        await Eventually.ElapseAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(BusPublish.Busy, a.Bus.TryPublish("gh1.test.a", frame));
        Assert.Equal(["up"], a.Told.States);

        server.Resume();
        await Eventually.HoldsAsync("it takes more", () => a.Bus.TryPublish("gh1.test.a", frame) == BusPublish.Sent);
        Assert.Equal(["up"], a.Told.States);

        server.Pause();
        a.Bus.Reconnect();
        await Eventually.HoldsAsync("it is given up", () => a.Told.States.Count == 2);
        Assert.Equal(BusPublish.Down, a.Bus.TryPublish("gh1.test.a", frame));
        await Eventually.ElapseAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(["up", "down"], a.Told.States);
        server.Resume();
        await a.IsUpAsync();
        await a.HearsAsync(a, "gh1.test.r.x", "back");
        Assert.Equal(["up", "down", "up"], a.Told.States);
    }

    [Fact]
    public async Task Ten_thousand_small_frames_are_all_that_is_on_its_way()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        server.Pause();
        var sent = 0;
        while (a.Publish("gh1.test.a", "x") == BusPublish.Sent)
        {
            Assert.InRange(++sent, 1, 10_300);
        }
        Assert.Equal(BusPublish.Busy, a.Publish("gh1.test.a", "x"));
        Assert.InRange(sent, 9_999, 10_300);
        server.Resume();
    }

    [Fact]
    public async Task Publishing_to_a_paused_server_never_waits()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        server.Pause();
        var longest = TimeSpan.Zero;
        var frame = new byte[1000];
        for (var i = 0; i < 20_000; i++)
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            a.Bus.TryPublish("gh1.test.a", frame, (ulong)(i % 2));
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
            longest = took > longest ? took : longest;
        }
        server.Resume();
        // Other tests share the processor; what would show is the library's two seconds.
        Assert.InRange(longest.TotalMilliseconds, 0, 500);
    }

    [Fact]
    public async Task The_connection_for_messages_alone_is_a_loss_too()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        await a.SubscribeAsync("gh1.test.r.x");
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(":1", await server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub"));
            await Eventually.HoldsAsync("it is down and up", () => a.Told.States.Count == 1 + (2 * i) && a.Told.IsUp);
            await a.HearsAsync(a, "gh1.test.r.x", $"after {i}");
        }
        Assert.Equal(["up", "down", "up", "down", "up", "down", "up"], a.Told.States);
        Assert.Equal(3, a.Told.Lost);
    }

    [Fact]
    public async Task The_connection_for_publishing_alone_is_a_loss_too()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        await a.SubscribeAsync("gh1.test.r.x");
        await server.CommandAsync("CLIENT", "KILL", "TYPE", "normal");
        await Eventually.HoldsAsync("it is down and up", () => a.Told.States.Count == 3 && a.Told.IsUp);
        await a.HearsAsync(a, "gh1.test.r.x", "after");
    }

    [Fact]
    public async Task A_node_that_redis_cuts_off_for_being_slow_knows_it_and_goes_on()
    {
        await using var server = await RedisServer.StartNewAsync(false, "--client-output-buffer-limit", "pubsub 1mb 512kb 1");
        await using var way = FaultProxy.Start(server.EndPoint);
        await using var slow = await RedisNode.StartUpAsync(way.EndPoint);
        await using var b = await RedisNode.StartUpAsync(server.EndPoint);
        await slow.SubscribeAsync("gh1.test.a");
        way.Freeze();
        var frame = new byte[100_000];
        await Eventually.HoldsAsync("it is cut off", async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                b.Bus.TryPublish("gh1.test.a", frame);
            }
            return await SubscribersAsync(server, "gh1.test.a") == ":0";
        });
        way.Heal();
        await Eventually.HoldsAsync("it is down and up", () => slow.Told.States.Count == 3 && slow.Told.IsUp);
        Assert.InRange(slow.Told.Lost, 1, long.MaxValue);
        await slow.HearsAsync(b, "gh1.test.a", "after");
        Assert.Equal(["up"], b.Told.States);
    }

    [Fact]
    public async Task Subscriptions_made_and_ended_while_it_is_down_count()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        await a.SubscribeAsync("gh1.test.r.left");
        await server.KillAsync();
        await Eventually.HoldsAsync("the loss is told", () => !a.Told.IsUp);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await a.Bus.SubscribeAsync("gh1.test.r.cancelled", impatient.Token));
        a.Bus.Unsubscribe("gh1.test.r.left");
        await server.StartAsync();
        await a.IsUpAsync();
        await a.HearsAsync(a, "gh1.test.r.cancelled", "hello");
        Assert.Equal(BusPublish.Sent, a.Publish("gh1.test.r.left", "nobody", 7));
        await Eventually.HoldsAsync("nobody is there", () => a.Told.Nobody.Contains(7UL));
    }

    [Fact]
    public async Task Frames_in_pieces_and_on_a_slow_way_come_whole_and_in_order()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var way = FaultProxy.Start(server.EndPoint);
        way.Set(LinkFaults.None with { SliceBytes = 7 });
        await using var a = await RedisNode.StartUpAsync(way.EndPoint);
        await a.SubscribeAsync("gh1.test.a");
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(BusPublish.Sent, a.Publish("gh1.test.a", $"{i}:{new string('x', i)}"));
        }
        await Eventually.HoldsAsync("all have come", () => a.Told.Count == 200);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}:{new string('x', i)}"), a.Told.Texts);
    }

    private static Task<string> SubscribersAsync(RedisServer server, string channel) =>
        server.CommandAsync("EVAL", "return redis.call('PUBSUB', 'NUMSUB', ARGV[1])[2]", "0", channel);
}
