using GoHub.ClusterTests.Behaviour;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 7: a bus that is 100 to 300 ms away, and hands over its bytes in pieces.</summary>
public sealed class SlowBus
{
    private const int Count = 300;

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Each_publisher_s_messages_keep_their_order_and_nobody_is_taken_for_dead(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus, [], 0);
        await using var proxy = FaultProxy.Start(cluster.Bus.Server.EndPoint);
        await cluster.AddAsync("a", proxy.EndPoint);
        await cluster.AddAsync("b", proxy.EndPoint);
        await cluster.MeetAsync();
        await using var a = await Caller.ConnectAsync(cluster.A);
        await using var b = await Caller.ConnectAsync(cluster.B);
        await a.JoinAsync("room");
        await b.JoinAsync("room");
        proxy.Set(LinkFaults.None with { Latency = TimeSpan.FromMilliseconds(50), Jitter = TimeSpan.FromMilliseconds(100), SliceBytes = 700 });
        await Task.WhenAll(SendAsync(a), SendAsync(b), HearAsync(a, b), HearAsync(b, a));
        Assert.All(cluster.Nodes, n => Assert.Equal(2, n.Hub.Nodes.Count));
        Assert.All(cluster.Nodes, n => Assert.DoesNotContain(n.Hub.Nodes.List(), l => l.Status == NodeStatus.Suspect));
        Assert.All(await Task.WhenAll(cluster.Nodes.Select(RowCluster.MetricsAsync)), m => Assert.Equal((0, 0), (m["gohub_bus_outages_total"], m["gohub_bus_lost_total"])));

        // Over more time than a silent node is waited for.
        static async Task SendAsync(Caller caller)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(40));
            for (var i = 0; i < Count && await timer.WaitForNextTickAsync(); i++)
            {
                await caller.Wire.SendAsync("room_message", new { room_id = "room", content = $"{i}" });
            }
        }

        static async Task HearAsync(Caller hearer, Caller speaker)
        {
            for (var i = 0; i < Count; i++)
            {
                await hearer.HearsAsync("room", speaker, $"{i}");
            }
        }
    }
}
