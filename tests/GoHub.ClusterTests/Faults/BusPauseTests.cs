using GoHub.ClusterTests.Histories;

namespace GoHub.ClusterTests.Faults;

/// <summary>Row 4 of the fault matrix: the bus stops under load, its connections stay open, and it goes on.</summary>
public abstract class BusPause(FaultBus bus)
{
    private const string Hall = "hall";

    /// <summary>Too short to be noticed for sure.</summary>
    [Fact]
    public Task A_bus_that_stops_for_5_s_delays_no_local_message() => PauseAsync(TimeSpan.FromSeconds(5), isNoticed: false);

    private protected Task PauseAsync(TimeSpan pause, bool isNoticed) => FaultCluster.RunAsync(bus, ["a", "b"], async cluster =>
    {
        var clients = await cluster.ConnectAsync(["a", "b"], 3, Hall);
        await using var load = new Load();
        foreach (var client in clients)
        {
            load.Add(client, Hall);
        }
        await cluster.FlowsAsync(TimeSpan.FromSeconds(10), clients);

        var paused = cluster.History.Fault(Op.Suspended);
        cluster.Bus.Pause();
        try
        {
            if (isNoticed)
            {
                await cluster.EachAsync("it says that the bus is down", async n => await n.Process.HealthAsync() == "degraded", FaultCluster.NoticedWithin);
                FaultCluster.Say($"noticed after {(cluster.History.Now - paused).TotalSeconds:0.0} s");
            }
            await Eventually.ElapseAsync(pause - (cluster.History.Now - paused));
        }
        finally
        {
            cluster.Bus.Resume();
        }
        var resumed = cluster.History.Now;
        await cluster.FlowsAsync(FaultCluster.BackWithin, clients);
        FaultCluster.Say($"messages flow {(cluster.History.Now - resumed).TotalSeconds:0.0} s after the bus went on");
        await cluster.EachAsync("it says that the bus is back", async n => await n.Process.HealthAsync() == "ok", FaultCluster.BackWithin);
        var healed = cluster.History.Fault(Op.Healed);

        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(10), clients[0], clients[^1]);
        await load.StopAsync();
        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(5), clients[0], clients[^1]);

        cluster.History.Check(
            cluster.Always(), cluster.LocalGoesOn(paused, healed), isNoticed ? cluster.Told(Hall, paused, clients) : [],
            Delivery.ToEveryone(cluster.History, healed), Ghosts.AtTheEnd(cluster.History));
    });
}

public sealed class BusPauseOnNats() : BusPause(new OnNats());

public sealed class BusPauseOnRedis() : BusPause(new OnRedis())
{
    [Fact]
    public Task A_bus_that_stops_for_20_s_is_noticed_and_used_again() => PauseAsync(TimeSpan.FromSeconds(20), isNoticed: true);
}
