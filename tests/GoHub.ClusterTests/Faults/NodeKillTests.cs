using GoHub.ClusterTests.Histories;

namespace GoHub.ClusterTests.Faults;

/// <summary>Row 1 of the fault matrix: a node dies under load.</summary>
public abstract class NodeKill(FaultBus bus)
{
    private const string Hall = "hall";
    private const string Full = "full";

    [Fact]
    public Task A_killed_node_takes_its_members_and_their_seats_with_it_and_disturbs_nobody_else() => FaultCluster.RunAsync(bus, ["a", "b", "c"], async cluster =>
    {
        var clients = await cluster.ConnectAsync(["a", "b", "c"], 2, Hall);
        await clients[0].CreateAsync(Full, 2);
        var dying = clients[4..];
        await Task.WhenAll(dying.Select(c => c.JoinAsync(Full)));
        await using var load = new Load();
        // Who asks all nodes for members waits for the dead one's answer, and its own messages wait behind that: who asks sends nothing.
        foreach (var client in clients.Where(c => c != clients[0] && c != clients[2]))
        {
            load.Add(client, dying.Contains(client) ? [Hall, Full] : [Hall]);
        }
        await cluster.FlowsAsync(TimeSpan.FromSeconds(10), clients);

        var killed = cluster.History.Fault(Op.Killed, "c");
        await cluster["c"].KillAsync();

        // The lease is 15 s, from its last renewal on.
        var seats = Task.WhenAll(clients[0].JoinAsync(Full, TimeSpan.FromSeconds(17)), clients[2].JoinAsync(Full, TimeSpan.FromSeconds(17)));
        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(16), clients[0], clients[2]);
        FaultCluster.Say($"the dead are gone after {(cluster.History.Now - killed).TotalSeconds:0.0} s");
        await seats;
        FaultCluster.Say($"their seats are free after {(cluster.History.Now - killed).TotalSeconds:0.0} s");
        Assert.False(await clients[1].TryJoinAsync(Full));
        await cluster.SettleAsync(Full, TimeSpan.FromSeconds(3), clients[0], clients[2]);
        await load.StopAsync();
        await cluster.SettleAsync(Hall, TimeSpan.FromSeconds(3), clients[0], clients[2]);

        cluster.History.Check(
            cluster.Always(), cluster.LocalGoesOn(killed, cluster.History.Now), Delivery.ToEveryone(cluster.History, killed),
            Ghosts.In(cluster.History, TimeSpan.FromSeconds(16)), Ghosts.AtTheEnd(cluster.History));
    });
}

public sealed class NodeKillOnNats() : NodeKill(new OnNats());

public sealed class NodeKillOnRedis() : NodeKill(new OnRedis());
