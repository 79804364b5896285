using GoHub.ClusterTests.Histories;

namespace GoHub.ClusterTests.Faults;

/// <summary>Row 6 of the fault matrix: a node stops for longer than its seats are kept, others take them, and it goes on.</summary>
public abstract class NodePause(FaultBus bus)
{
    private const string Hall = "hall";
    private const string Full = "full";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    [Fact]
    public Task A_node_that_slept_through_its_lease_tells_its_members_that_they_are_out_before_anything_else() => FaultCluster.RunAsync(bus, ["a", "b"], async cluster =>
    {
        var clients = await cluster.ConnectAsync(["a", "b"], 3, Hall);
        var (sleepers, others) = (clients[..2], clients[3..5]);
        await clients[3].CreateAsync(Full, 2);
        await Task.WhenAll(sleepers.Select(c => c.JoinAsync(Full)));
        Assert.False(await others[0].TryJoinAsync(Full));
        await using var load = new Load();
        foreach (var client in clients)
        {
            load.Add(client, client == clients[2] || client == clients[5] ? [Hall] : [Hall, Full]);
        }
        await cluster.FlowsAsync(TimeSpan.FromSeconds(10), clients);

        cluster["a"].Process.Pause();
        var slept = cluster.History.Fault(Op.Suspended, "a");
        TimeSpan resumed;
        try
        {
            await Task.WhenAll(others.Select(c => c.JoinAsync(Full, TimeSpan.FromSeconds(17))));
            FaultCluster.Say($"the seats are free after {(cluster.History.Now - slept).TotalSeconds:0.0} s");
            await Eventually.ElapseAsync(Pause - (cluster.History.Now - slept));
        }
        finally
        {
            resumed = cluster.History.Fault(Op.Resumed, "a");
            cluster["a"].Process.Resume();
        }
        await Eventually.HoldsAsync("the members of before are told", () => sleepers.All(c => EvictedAt(cluster.History, c) is not null), FaultCluster.BackWithin);
        FaultCluster.Say($"told after {(cluster.History.Now - resumed).TotalSeconds:0.0} s");
        Assert.All(sleepers, c => Assert.Contains(3002, c.Notices));
        await cluster.FlowsAsync(FaultCluster.BackWithin, clients);
        var healed = cluster.History.Fault(Op.Healed);

        Assert.False(await sleepers[0].TryJoinAsync(Full));
        await cluster.SettleAsync(Full, TimeSpan.FromSeconds(10), clients[2], others[0]);
        await load.StopAsync();
        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(5), clients[2], others[0]);

        cluster.History.Check(
            cluster.Always(), sleepers.SelectMany(c => HeardAsleep(cluster.History, c, resumed)),
            Delivery.ToEveryone(cluster.History, healed), Ghosts.AtTheEnd(cluster.History));
    });

    private static TimeSpan? EvictedAt(History history, RecordingClient client) => history.Events.FirstOrDefault(e => e.Op == Op.Evicted && e.Client == client.Name)?.At;

    private static IEnumerable<string> HeardAsleep(History history, RecordingClient client, TimeSpan resumed) => history.Events
        .Where(e => e.Op == Op.Received && e.Client == client.Name && e.Room == Full && e.At > resumed)
        .Select(e => $"P7: {client.Name} got message {e.Number} of {e.From} {(e.At - resumed).TotalSeconds:0.000} s after its node went on.");
}

public sealed class NodePauseOnNats() : NodePause(new OnNats());

public sealed class NodePauseOnRedis() : NodePause(new OnRedis());
