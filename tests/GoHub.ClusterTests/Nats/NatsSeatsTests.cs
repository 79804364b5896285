using System.Diagnostics;
using GoHub.Bus;
using GoHub.Nats;
using GoHub.Nats.Seats;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace GoHub.ClusterTests.Nats;

/// <summary>Seats in JetStream.</summary>
public sealed class NatsSeatsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_JetStream_there_are_no_seats_and_no_complaint()
    {
        var log = new ListLogger();
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url, logger: log);
        Assert.Equal(1, node.Receiver.Ups);
        Assert.Null(node.Bus.Seats);
        await using var other = await NatsServer.StartNewAsync("accounts { A: { users: [ { user: a, password: a } ] }, J: { jetstream: enabled, users: [ { user: j, password: j } ] } }", jetStream: true);
        await using var without = await NatsNode.StartAsync(other.Url, static n => (n.Username, n.Password) = ("a", "a"), logger: log);
        await using var with = await NatsNode.StartAsync(other.Url, static n => (n.Username, n.Password) = ("j", "j"), logger: log);
        Assert.Null(without.Bus.Seats);
        Assert.NotNull(with.Bus.Seats);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_node_that_may_not_use_JetStream_is_up_without_seats_and_says_so()
    {
        var log = new ListLogger();
        await using var server = await NatsServer.StartNewAsync("authorization { users: [ { user: a, password: a, permissions: { publish: \"gh1.>\", subscribe: [\"gh1.>\", \"_INBOX.>\"] } } ] }", jetStream: true);
        await using var node = await NatsNode.StartAsync(server.Url, static n => (n.Username, n.Password) = ("a", "a"), logger: log);
        await Eventually.TrueAsync(() => node.Receiver.Ups == 1, "up");
        Assert.Null(node.Bus.Seats);
        Assert.Single(log.Lines, static l => l.StartsWith("The seats of rooms", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copies_without_a_cluster_are_refused_with_the_key()
    {
        await using var server = await NatsServer.StartNewAsync(jetStream: true);
        var refused = await Assert.ThrowsAsync<Lifetime.StartupException>(() => NatsNode.StartAsync(server.Url, static n => n.Replicas = 3));
        Assert.Contains("GoHub:Cluster:Nats:Replicas", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_answers_as_the_model_does_also_when_holds_run_out()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await NatsServer.StartNewAsync(jetStream: true);
        var time = new FakeTimeProvider();
        await using var link = await LinkAsync(server);
        var seats = await SeatsAsync(link, time);
        var model = new MemorySeats(time) { Lease = Lease };
        string[] rooms = ["plain", "with space", "~tilde", "=equals", "ünï", new string('x', 300), "a.b"];
        var asked = rooms.ToDictionary(r => r, _ => time.GetTimestamp());
        for (var step = 0; step < 1_500; step++)
        {
            if (random.Next(10) == 0)
            {
                time.Advance(TimeSpan.FromSeconds(random.Next(12)));
            }
            // A room that nobody has asked for in four leases is forgotten, and its holds are then new again, which the model knows nothing of.
            var forgotten = rooms.FirstOrDefault(r => time.GetElapsedTime(asked[r]) > Lease * 2);
            var room = forgotten ?? rooms[random.Next(rooms.Length)];
            asked[room] = time.GetTimestamp();
            var (node, wanted, capacity) = ((ulong)random.Next(1, 5), random.Next(0, 8), random.Next(1, 12));
            var expected = await model.HoldAsync(room, node, wanted, capacity, Cancel);
            var actual = await seats.HoldAsync(room, node, wanted, capacity, Cancel);
            Assert.True(expected == actual, $"step {step}: {expected} expected, {actual} held (seed {seed})");
        }
    }

    [Fact]
    public async Task Nodes_that_race_for_a_room_never_hold_more_than_it_has()
    {
        const int Nodes = 6;
        const int Capacity = 25;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var server = await NatsServer.StartNewAsync(jetStream: true);
        var held = new int[Nodes];
        var gate = new Lock();
        var (done, busy, peak) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, Nodes).Select(n => Task.Run(() => RunAsync(n), Cancel)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{done} holds, {busy} too busy, peak {peak}");
        Assert.True(done > 100);
        Assert.Equal(Capacity, peak);

        async Task RunAsync(int n)
        {
            var random = new Random(seed + n);
            await using var link = await LinkAsync(server);
            var seats = await SeatsAsync(link, TimeProvider.System);
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < TimeSpan.FromSeconds(4))
            {
                var wanted = random.Next(0, 12);
                // Fewer counts from before the call, more from after it: as a node admits and dismisses.
                lock (gate)
                {
                    held[n] = Math.Min(held[n], wanted);
                }
                try
                {
                    var now = await seats.HoldAsync("hot", (ulong)n + 1, wanted, Capacity, Cancel);
                    lock (gate)
                    {
                        held[n] = now;
                        peak = Math.Max(peak, held.Sum());
                        Assert.True(held.Sum() <= Capacity, $"{held.Sum()} seats held (seed {seed})");
                        done++;
                    }
                }
                catch (BusException)
                {
                    Interlocked.Increment(ref busy);
                }
            }
        }
    }

    [Fact]
    public async Task A_dead_nodes_seats_are_free_a_lease_after_they_were_last_seen_to_change()
    {
        await using var server = await NatsServer.StartNewAsync(jetStream: true);
        await using var deadLink = await LinkAsync(server);
        await using var link = await LinkAsync(server);
        var dies = await SeatsAsync(deadLink, TimeProvider.System);
        var time = new FakeTimeProvider();
        var reader = await SeatsAsync(link, time);

        Assert.Equal(3, await dies.HoldAsync("room", 1, 3, 3, Cancel));
        Assert.Equal(0, await reader.HoldAsync("room", 2, 2, 3, Cancel)); // first sight
        time.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Equal(3, await dies.HoldAsync("room", 1, 3, 3, Cancel)); // a renewal
        Assert.Equal(0, await reader.HoldAsync("room", 2, 2, 3, Cancel));
        time.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await reader.HoldAsync("room", 2, 2, 3, Cancel));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await reader.HoldAsync("room", 2, 2, 3, Cancel));

        // It was only asleep: what is left is its share now.
        Assert.Equal(1, await dies.HoldAsync("room", 1, 3, 3, Cancel));
    }

    [Fact]
    public async Task The_bucket_forgets_rooms_and_keeps_those_that_are_renewed()
    {
        var lease = TimeSpan.FromMilliseconds(300);
        await using var server = await NatsServer.StartNewAsync(jetStream: true);
        await using var node = await NatsNode.StartAsync(server.Url, lease: lease);
        var seats = node.Bus.Seats!;
        for (var i = 0; i < 50; i++)
        {
            await seats.HoldAsync($"given back {i}", 1, 1, 1, Cancel);
            await seats.HoldAsync($"given back {i}", 1, 0, 1, Cancel);
            await seats.HoldAsync($"abandoned {i}", 1, 1, 1, Cancel);
        }
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var stream = await new NatsJSContext(connection).GetStreamAsync("KV_gohub-seats", cancellationToken: Cancel);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var clock = Stopwatch.StartNew();
        do
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{stream.Info.State.Messages} entries are left");
            Assert.Equal(1, await seats.HoldAsync("renewed", 1, 1, 1, Cancel));
            Assert.Equal(0, await seats.HoldAsync("renewed", 2, 1, 1, Cancel));
            await timer.WaitForNextTickAsync(Cancel);
            await stream.RefreshAsync(Cancel);
        }
        while (stream.Info.State.Messages > 1);
    }

    // nats-server 2.9 refuses who asks for the bucket while it makes it for another.
    [Fact]
    public async Task Nodes_that_start_at_the_same_moment_all_have_the_bucket()
    {
        for (var round = 0; round < 10; round++)
        {
            // Making the first bucket takes a server longest.
            await using var server = await NatsServer.StartNewAsync(jetStream: true);
            var links = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => LinkAsync(server)));
            var opened = await Task.WhenAll(links.Select(link => Task.Run(() => SeatBucket.OpenAsync(link, Settings(server), Lease, Cancel))));
            Assert.All(opened, o => Assert.True(o.Bucket is not null, o.Why));
            await Task.WhenAll(links.Select(l => l.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task A_restarted_server_has_a_new_bucket_and_the_same_seats_object_uses_it()
    {
        await using var server = await NatsServer.StartNewAsync(jetStream: true);
        await using var node = await NatsNode.StartAsync(server.Url);
        var seats = node.Bus.Seats!;
        Assert.Equal(1, await seats.HoldAsync("room", 1, 1, 1, Cancel));
        await server.KillAsync();
        await Eventually.TrueAsync(() => node.Receiver.Downs.Count == 1, "down");
        await Assert.ThrowsAsync<BusException>(() => seats.HoldAsync("room", 1, 1, 1, Cancel).AsTask());
        await server.StartAsync();
        await Eventually.TrueAsync(() => node.Receiver.Ups == 2, "up");
        Assert.Same(seats, node.Bus.Seats);
        Assert.Equal(1, await seats.HoldAsync("room", 2, 1, 1, Cancel));
    }

    [Fact]
    public void A_record_reads_as_it_was_written_and_junk_does_not()
    {
        var record = new SeatRecord("rööm", [new SeatHold(ulong.MaxValue, 7, 1), new SeatHold(2, int.MaxValue, ulong.MaxValue)]);
        var bytes = record.Write();
        Assert.True(SeatRecord.TryRead(bytes, out var read));
        Assert.Equal(record.Room, read.Room);
        Assert.Equal(record.Holds, read.Holds);
        for (var length = 0; length < bytes.Length; length++)
        {
            var isWhole = SeatRecord.TryRead(bytes.AsSpan(0, length), out var cut);
            Assert.True(!isWhole || cut!.Holds.Count < record.Holds.Count);
        }
        bytes[0] = 9;
        Assert.False(SeatRecord.TryRead(bytes, out _));
    }

    private static async Task<NatsLink> LinkAsync(NatsServer server)
    {
        var settings = Settings(server);
        var link = new NatsLink(settings, settings.Servers[0], new RecordingReceiver(), NullLogger.Instance);
        await link.ConnectAsync(Cancel);
        return link;
    }

    private static async Task<NatsSeats> SeatsAsync(NatsLink link, TimeProvider time)
    {
        var seats = new NatsSeats(time) { Lease = Lease };
        var opened = await SeatBucket.OpenAsync(link, new NatsSettings(new GoHubClusterOptions()), Lease, Cancel);
        seats.Use(opened.Bucket!);
        return seats;
    }

    private static NatsSettings Settings(NatsServer server) => new(new GoHubClusterOptions { Nats = { Urls = [server.Url] } });
}
