using GoHub.ClusterTests.Histories;

namespace GoHub.ClusterTests.Faults;

/// <summary>Row 2 of the fault matrix: the bus dies under load and is started again with what it had kept.</summary>
public abstract class BusKill(FaultBus bus)
{
    private const string Hall = "hall";

    [Fact]
    public Task Without_a_bus_each_node_goes_on_alone_and_with_it_all_is_as_before() => FaultCluster.RunAsync(bus, ["a", "b", "idle"], async cluster =>
    {
        var clients = await cluster.ConnectAsync(["a", "b"], 3, Hall);
        await using var load = new Load();
        foreach (var client in clients)
        {
            load.Add(client, Hall);
        }
        await cluster.FlowsAsync(TimeSpan.FromSeconds(10), clients);
        var idle = await cluster["idle"].Process.MetricsAsync();

        var killed = cluster.History.Fault(Op.Suspended);
        await cluster.Bus.KillAsync();
        await cluster.EachAsync("it says that the bus is down", async n => await n.Process.HealthAsync() == "degraded", TimeSpan.FromSeconds(3));
        var down = cluster.History.Now;
        await Eventually.ElapseAsync(TimeSpan.FromSeconds(5));
        Assert.All(await Task.WhenAll(cluster.Nodes.Select(n => n.Process.Process.StatusAsync("/health"))), s => Assert.Equal(System.Net.HttpStatusCode.OK, s));
        var restarting = cluster.History.Now;
        await cluster.Bus.StartAsync();
        var restarted = cluster.History.Now;
        await cluster.FlowsAsync(FaultCluster.BackWithin, clients);
        FaultCluster.Say($"messages flow {(cluster.History.Now - restarted).TotalSeconds:0.0} s after the restart");
        await cluster.EachAsync("it says that the bus is back", async n => await n.Process.HealthAsync() == "ok", FaultCluster.BackWithin - (cluster.History.Now - restarted));
        var healed = cluster.History.Fault(Op.Healed);

        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(10), clients[0], clients[^1]);
        await Eventually.ElapseAsync(TimeSpan.FromSeconds(1));
        await load.StopAsync();
        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(5), clients[0], clients[^1]);

        cluster.History.Check(
            cluster.Always(), cluster.LocalGoesOn(killed, healed), cluster.Told(Hall, killed, clients), OnlyLocal(cluster.History, down, restarting - TimeSpan.FromSeconds(1)),
            Delivery.ToEveryone(cluster.History, healed), Ghosts.AtTheEnd(cluster.History), NodeFindings.RoomFrames("idle", idle, await cluster["idle"].Process.MetricsAsync()));
    });

    /// <summary>Every message of a time was taken, and its sender told that it went no further than the node.</summary>
    private static IEnumerable<string> OnlyLocal(History history, TimeSpan from, TimeSpan to)
    {
        var levels = history.Events.Where(e => e.Op == Op.Acked).ToDictionary(e => e.Message, e => e.Level);
        return history.Events.Where(e => e.Op == Op.Published && e.At >= from && e.At <= to && levels.GetValueOrDefault(e.Message) != "local")
            .Select(e => $"P10: message {e.Number} of {e.Client} was answered '{levels.GetValueOrDefault(e.Message)}'.");
    }
}

public sealed class BusKillOnNats() : BusKill(new OnNats());

public sealed class BusKillOnRedis() : BusKill(new OnRedis());
