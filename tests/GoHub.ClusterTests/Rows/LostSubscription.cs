using System.Diagnostics;
using GoHub.ClusterTests.Behaviour;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 8: the bus loses what a node is subscribed to, all or one room, and says nothing.</summary>
public sealed class LostSubscription
{
    [Fact]
    public async Task Redis_ends_the_connection_of_the_subscriptions_alone()
    {
        await using var cluster = await RowCluster.StartNewAsync("redis");
        await using var a = await Caller.ConnectAsync(cluster.A);
        await using var b = await Caller.ConnectAsync(cluster.B);
        await a.JoinAsync("room");
        await b.JoinAsync("room");
        var clock = Stopwatch.StartNew();
        using (var redis = new RawRedis(cluster.Bus.Server.EndPoint))
        {
            Assert.Equal(2L, redis.Ask("CLIENT", "KILL", "TYPE", "pubsub"));
        }
        await Deaf.HearsAgainAsync(a, b, "room", Eventually.Soon);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await Deaf.HearsAgainAsync(b, a, "room", Eventually.Soon);
    }
}

/// <summary>One room of one node: its SUBSCRIBE never reaches Redis.</summary>
public sealed class LostSubscriptionOfARoomOnRedis : LostSubscriptionOfARoom
{
    [Fact]
    public Task The_node_notices_and_subscribes_anew() => RunAsync("redis", static dropped => new RedisCommandFilter(dropped), "SUBSCRIBE\r\n");
}

/// <summary>One room of one node: its SUB never reaches NATS, which answers the PING after it as ever.</summary>
public sealed class LostSubscriptionOfARoomOnNats : LostSubscriptionOfARoom
{
    [Fact]
    public Task The_node_notices_and_subscribes_anew() => RunAsync("nats", static dropped => new NatsCommandFilter(dropped), "SUB ");
}

public abstract class LostSubscriptionOfARoom
{
    /// <summary>The room's first probe comes within 30 s, its echo may take 5 s, and the clock ticks four times a second.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(38);

    private protected static async Task RunAsync(string bus, Func<Func<string, bool>, IStreamFilter> filter, string command)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus, [], 1);
        await using var proxy = FaultProxy.Start(cluster.Bus.Server.EndPoint);
        var dropped = 0;
        proxy.Filter = () => filter(c => c.Contains(command, StringComparison.Ordinal) && c.Contains(".r.deaf", StringComparison.Ordinal) && Interlocked.Increment(ref dropped) == 1);
        await using var node = await NodeProcess.StartNewAsync("b", [.. cluster.Bus.NodeOptions(proxy.EndPoint), $"Cluster:Namespace={cluster.Namespace}", "Rooms:AutoCreate=true"]);
        await Eventually.HoldsAsync("they know each other", () => cluster.A.Hub.Nodes.Count == 2);
        await using var a = await Caller.ConnectAsync(cluster.A);
        await using var b = await RowNodes.ConnectAsync(node);
        await a.JoinAsync("deaf");
        await b.JoinAsync("deaf");
        var clock = Stopwatch.StartNew();
        var told = await Deaf.HearsAgainAsync(a, b, "deaf", Noticed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{bus}: heard again after {clock.Elapsed.TotalSeconds:0.0} s; told before: {string.Join(", ", told)}");
        Assert.Equal(2, dropped);
        await Deaf.IsToldOfGapAsync(b, told);
    }
}

/// <summary>Speaks into a room until the other one hears.</summary>
internal static class Deaf
{
    /// <summary>A gap is told when the bus has confirmed, which the first message may overtake.</summary>
    public static async Task IsToldOfGapAsync(Caller hearer, List<string> told)
    {
        while (!told.Contains("gap"))
        {
            told.Add((await hearer.Wire.ReceiveAsync()).Type);
        }
    }

    /// <returns>What else the hearer was told.</returns>
    public static async Task<List<string>> HearsAgainAsync(Caller speaker, Caller hearer, string room, TimeSpan within)
    {
        var told = new List<string>();
        var mark = Guid.NewGuid().ToString("N");
        var hears = HearAsync();
        await Eventually.HoldsAsync($"{room} is heard", async () =>
        {
            await speaker.Wire.SendAsync("room_message", new { room_id = room, content = mark });
            await Eventually.ElapseAsync(TimeSpan.FromMilliseconds(100));
            return hears.IsCompleted;
        }, within);
        await hears;
        return told;

        async Task HearAsync()
        {
            while (await hearer.Wire.ReceiveAsync(within) is var message && !(message.Type == "room_message" && message.Text("content") == mark))
            {
                told.Add(message.Type);
            }
        }
    }
}
