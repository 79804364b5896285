using System.Diagnostics;
using GoHub.Bus;

namespace GoHub.ClusterTests.Nats;

/// <summary>Servers that are absent, die, or freeze.</summary>
public sealed class NatsLossTests
{
    private static readonly BusSubjects Subjects = new("test");

    [Fact]
    public async Task A_node_starts_without_a_server_and_is_up_when_one_appears()
    {
        await using var server = new NatsServer();
        var clock = Stopwatch.StartNew();
        await using var node = await NatsNode.StartAsync(server.Url);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(4), $"Starting took {clock.Elapsed}");
        Assert.Equal(0, node.Receiver.Ups);
        Assert.Equal(BusPublish.Down, node.Publish(Subjects.All, "x"));
        var subscribing = node.SubscribeAsync(Subjects.All);
        using var impatient = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Bus.SubscribeAsync(Subjects.Control, impatient.Token).AsTask());

        await server.StartAsync();

        await subscribing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => node.Receiver.Ups == 1, "up");
        node.Publish(Subjects.All, "all");
        node.Publish(Subjects.Control, "cancelled, but wanted");
        await Eventually.TrueAsync(() => node.Receiver.Count == 2, "both subscriptions are there");
    }

    [Fact]
    public async Task A_killed_and_restarted_server_finds_every_subscription_again()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var one = await NatsNode.StartAsync(server.Url);
        await using var two = await NatsNode.StartAsync(server.Url);
        await one.SubscribeAsync(Subjects.All);
        for (var i = 0; i < 500; i++)
        {
            await two.SubscribeAsync(Subjects.Room($"r{i}"));
        }
        two.Bus.Unsubscribe(Subjects.Room("r0"));

        for (var round = 1; round <= 3; round++)
        {
            await server.KillAsync();
            await Eventually.TrueAsync(() => one.Receiver.Downs.Count == round && two.Receiver.Downs.Count == round, "both are down");
            Assert.Equal(BusPublish.Down, one.Publish(Subjects.All, "lost"));
            two.Bus.Unsubscribe(Subjects.Room($"r{round}"));
            await server.StartAsync();
            await Eventually.TrueAsync(() => one.Receiver.Ups == round + 1 && two.Receiver.Ups == round + 1, "both are up");

            var before = two.Receiver.Count;
            for (var i = 0; i < 500; i++)
            {
                Assert.Equal(BusPublish.Sent, one.Publish(Subjects.Room($"r{i}"), $"{round}"));
            }
            await Eventually.TrueAsync(() => two.Receiver.Count == before + 499 - round, "each wanted room heard it");
        }
        await two.SubscribeAsync(Subjects.Control);
        Assert.Equal(498 + 497 + 496, two.Receiver.Count);
        Assert.DoesNotContain("lost", one.Receiver.Frames);
    }

    [Fact]
    public async Task A_server_that_was_never_named_takes_over_when_the_named_one_dies()
    {
        var (one, two) = (NatsServer.FreePort(), NatsServer.FreePort());
        await using var named = await NatsServer.StartNewAsync($"cluster {{ name: c, listen: 127.0.0.1:{one} }}");
        await using var other = await NatsServer.StartNewAsync($"cluster {{ name: c, listen: 127.0.0.1:{two}, routes: [ nats://127.0.0.1:{one} ] }}");
        // They tell of each other only once they have met.
        await Eventually.TrueAsync(() => named.LogText.Contains("Route connection created", StringComparison.Ordinal) && other.LogText.Contains("Route connection created", StringComparison.Ordinal), "the servers have met");
        await using var node = await NatsNode.StartAsync(named.Url);
        await node.SubscribeAsync(Subjects.All);
        await named.KillAsync();
        await Eventually.TrueAsync(() => node.Receiver.Ups == 2, "up at the other");
        node.Publish(Subjects.All, "still here");
        await Eventually.TrueAsync(() => node.Receiver.Count == 1, "the frame");

        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_frozen_server_takes_a_window_and_no_more_and_Reconnect_comes_back_when_it_thaws()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url);
        await node.SubscribeAsync(Subjects.All);
        server.Pause();
        try
        {
            var sent = 0;
            while (node.Publish(Subjects.Control, "into the ice") == BusPublish.Sent)
            {
                sent++;
                Assert.True(sent <= 10_000, "more than the window");
            }
            Assert.Equal(10_000, sent);
            Assert.Equal(BusPublish.Busy, node.Publish(Subjects.Control, "x"));

            node.Bus.Reconnect();
            await Eventually.TrueAsync(() => node.Receiver.Downs.Count == 1, "down");
            Assert.Equal(BusPublish.Down, node.Publish(Subjects.Control, "x"));
        }
        finally
        {
            server.Resume();
        }
        await Eventually.TrueAsync(() => node.Receiver.Ups == 2, "up again");
        node.Publish(Subjects.All, "thawed");
        await Eventually.TrueAsync(() => node.Receiver.Count == 1, "the subscription is there");
        Assert.Single(node.Receiver.Downs);
    }

    [Fact]
    public async Task A_frozen_server_takes_at_most_eight_mebibytes_of_large_frames()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url);
        server.Pause();
        try
        {
            var frame = new byte[100_000];
            var sent = 0L;
            while (node.Bus.TryPublish(Subjects.All, frame) == BusPublish.Sent)
            {
                sent += frame.Length;
                Assert.True(sent <= 8 * 1024 * 1024, "more than the window");
            }
            Assert.True(sent > 8 * 1024 * 1024 - 100_000, $"{sent} bytes");
        }
        finally
        {
            server.Resume();
        }
        await Eventually.TrueAsync(() => node.Bus.TryPublish(Subjects.All, new byte[100_000]) == BusPublish.Sent, "room again");
        Assert.Empty(node.Receiver.Downs);
    }

    [Fact]
    public async Task A_server_that_stays_frozen_is_given_up_by_its_missing_answers()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url);
        server.Pause();
        try
        {
            await Eventually.TrueAsync(() => node.Receiver.Downs.Count == 1, "down", 25);
        }
        finally
        {
            server.Resume();
        }
        await Eventually.TrueAsync(() => node.Receiver.Ups == 2, "up again");
    }

    [Fact]
    public async Task Subscribing_and_unsubscribing_during_losses_ends_with_what_was_wanted_last()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url);
        var wanted = new bool[40];
        for (var step = 0; step < 2_000; step++)
        {
            var room = random.Next(wanted.Length);
            if (random.Next(300) == 0)
            {
                node.Bus.Reconnect();
            }
            if (wanted[room] = random.Next(2) == 0)
            {
                var subscribing = node.SubscribeAsync(Subjects.Room($"r{room}"));
                if (random.Next(3) == 0)
                {
                    await subscribing;
                }
            }
            else
            {
                node.Bus.Unsubscribe(Subjects.Room($"r{room}"));
            }
        }
        await node.SubscribeAsync(Subjects.Control);
        await Eventually.TrueAsync(() => node.Publish(Subjects.Room("nobody"), "x") == BusPublish.Sent, "up");
        for (var room = 0; room < wanted.Length; room++)
        {
            Assert.Equal(BusPublish.Sent, node.Publish(Subjects.Room($"r{room}"), $"{room}"));
        }
        node.Publish(Subjects.Control, "end");
        await Eventually.TrueAsync(() => node.Receiver.Frames.Contains("end"), "the end");
        Assert.Equal(Enumerable.Range(0, wanted.Length).Where(r => wanted[r]).Select(r => $"{r}"), node.Receiver.Frames.Where(f => f != "end"));
    }
}
