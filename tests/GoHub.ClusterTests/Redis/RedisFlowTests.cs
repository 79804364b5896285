using System.Buffers.Binary;
using System.Collections.Concurrent;
using GoHub.Bus;
using GoHub.Redis;

namespace GoHub.ClusterTests.Redis;

/// <summary>Order and answers when much is under way.</summary>
public sealed class RedisFlowTests(RedisFixture redis, ITestOutputHelper output) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_hundred_thousand_frames_of_each_of_three_publishers_come_in_order()
    {
        const int Frames = 100_000;
        var receiver = new Counting();
        await using var bus = RedisNode.Create(redis.Server.EndPoint);
        await bus.StartAsync(receiver, TestContext.Current.CancellationToken);
        await bus.SubscribeAsync("gh1.test.r.order", TestContext.Current.CancellationToken);
        await using var a = await RedisNode.StartUpAsync(redis.Server.EndPoint);
        await using var b = await RedisNode.StartUpAsync(redis.Server.EndPoint);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Task.WhenAll(new[] { a.Bus, b.Bus, bus }.Select((publisher, i) => Task.Run(() => PublishAllAsync(publisher, i, Frames))));
        await Eventually.HoldsAsync("all have come", () => receiver.Next.Values.Sum() == 3 * Frames);
        output.WriteLine($"{3 * Frames / clock.Elapsed.TotalSeconds:0} frames/s");
        Assert.Equal(0, receiver.OutOfOrder);
        Assert.Equal(0, receiver.Lost);
    }

    [Fact]
    public async Task Whoever_asks_is_answered_in_the_midst_of_all_else()
    {
        await using var a = await RedisNode.StartUpAsync(redis.Server.EndPoint);
        await a.SubscribeAsync("gh1.test.n.1");
        for (var i = 1; i <= 5_000; i++)
        {
            await SentAsync(() => a.Bus.TryPublish(i % 10 == 0 ? "gh1.test.n.2" : "gh1.test.n.1", new byte[100], (ulong)i));
        }
        await Eventually.HoldsAsync("all is answered", () => a.Told.Nobody.Count == 500 && a.Told.Count == 4_500);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (ulong)(10 * i)), a.Told.Nobody.Order());
    }

    [Fact]
    public async Task Subjects_that_share_a_place_among_the_known_ones_keep_their_own()
    {
        await using var a = await RedisNode.StartUpAsync(redis.Server.EndPoint);
        await Task.WhenAll(Enumerable.Range(0, 9_000).Select(i => a.SubscribeAsync($"gh1.test.r.{i}").AsTask()));
        for (var i = 0; i < 9_000; i++)
        {
            await SentAsync(() => a.Publish($"gh1.test.r.{i}", $"{i}"));
        }
        await Eventually.HoldsAsync("all have come", () => a.Told.Count == 9_000);
        Assert.Equal(9_000, a.Told.Texts.Distinct().Count());
    }

    private static async Task PublishAllAsync(RedisBus bus, int publisher, int frames)
    {
        for (var n = 0; n < frames; n++)
        {
            var frame = new byte[128];
            BinaryPrimitives.WriteInt32LittleEndian(frame, publisher);
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), n);
            await SentAsync(() => bus.TryPublish("gh1.test.r.order", frame));
        }
    }

    private static async Task SentAsync(Func<BusPublish> publish)
    {
        BusPublish last;
        while ((last = publish()) == BusPublish.Busy)
        {
            await Task.Yield();
        }
        Assert.Equal(BusPublish.Sent, last);
    }

    private sealed class Counting : IBusReceiver
    {
        public ConcurrentDictionary<int, int> Next { get; } = new();

        public int OutOfOrder { get; private set; }

        public long Lost { get; private set; }

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            var publisher = BinaryPrimitives.ReadInt32LittleEndian(frame);
            var n = BinaryPrimitives.ReadInt32LittleEndian(frame[4..]);
            OutOfOrder += n == Next.GetOrAdd(publisher, 0) ? 0 : 1;
            Next[publisher] = n + 1;
        }

        public void OnUp()
        {
        }

        public void OnDown(string why)
        {
        }

        public void OnLost(long frames) => Lost += frames;

        public void OnNobody(ulong correlation)
        {
        }
    }
}
