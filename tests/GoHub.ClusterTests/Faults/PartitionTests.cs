using GoHub.ClusterTests.Histories;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Faults;

/// <summary>Row 5 of the fault matrix: one node is cut off from the bus, another can speak and hears nothing.</summary>
public abstract class Partition(FaultBus bus)
{
    private const string Hall = "hall";

    [Fact]
    public Task A_node_that_hears_nothing_notices_by_itself_and_goes_on_alone() => FaultCluster.RunAsync(bus, ["a", "cut", "deaf"], async cluster =>
    {
        var clients = await cluster.ConnectAsync(["a", "cut", "deaf"], 2, Hall);
        await using var load = new Load();
        foreach (var client in clients)
        {
            load.Add(client, Hall);
        }
        await cluster.FlowsAsync(TimeSpan.FromSeconds(10), clients);

        var parted = cluster.History.Fault(Op.Suspended, "cut");
        cluster.History.Fault(Op.Suspended, "deaf");
        cluster["cut"].Proxy.Blackhole();
        cluster["deaf"].Proxy.Down.Faults = LinkFaults.None with { Passage = Passage.Blackhole };
        await cluster.EachAsync("it knows whether it is cut off", async n => await n.Process.HealthAsync() == (n.Name == "a" ? "ok" : "degraded"), FaultCluster.NoticedWithin);
        FaultCluster.Say($"noticed after {(cluster.History.Now - parted).TotalSeconds:0.0} s");
        await Eventually.ElapseAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("ok", await cluster["a"].Process.HealthAsync());

        var healing = cluster.History.Now;
        cluster["cut"].Proxy.Heal();
        cluster["deaf"].Proxy.Heal();
        await cluster.FlowsAsync(FaultCluster.BackWithin, clients);
        FaultCluster.Say($"messages flow {(cluster.History.Now - healing).TotalSeconds:0.0} s after the heal");
        await cluster.EachAsync("it says that the bus is back", async n => await n.Process.HealthAsync() == "ok", FaultCluster.BackWithin);
        cluster.History.Fault(Op.Resumed, "cut");
        cluster.History.Fault(Op.Resumed, "deaf");
        var healed = cluster.History.Fault(Op.Healed);

        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(10), clients[0], clients[2], clients[4]);
        await load.StopAsync();
        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(5), clients[0], clients[2], clients[4]);

        cluster.History.Check(
            cluster.Always(), cluster.LocalGoesOn(parted, healed), cluster.Told(Hall, parted, clients[2..]),
            Delivery.ToEveryone(cluster.History, healed), Ghosts.AtTheEnd(cluster.History));
    });
}

public sealed class PartitionOnNats() : Partition(new OnNats());

public sealed class PartitionOnRedis() : Partition(new OnRedis());
