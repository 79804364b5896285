using GoHub.ClusterTests.Behaviour;
using GoHub.ClusterTests.Histories;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 15: many want few seats, on several nodes at once, and one of the nodes dies in the middle.</summary>
public sealed class CapacityRaceOnRedis : CapacityRace
{
    [Fact]
    public Task Seats_are_never_exceeded_and_a_killed_node_s_come_back() => RunAsync("redis");
}

/// <summary>The same where JetStream keeps the seats.</summary>
public sealed class CapacityRaceOnNats : CapacityRace
{
    [Fact]
    public Task Seats_are_never_exceeded_and_a_killed_node_s_come_back() => RunAsync("nats");
}

public abstract class CapacityRace
{
    private const int Limit = 10;
    private const int ClientsPerNode = 12;

    /// <summary>The lease of 15 s, and a few seconds.</summary>
    private static readonly TimeSpan SeatsFree = TimeSpan.FromSeconds(22);

    private protected static async Task RunAsync(string bus)
    {
        await using var cluster = await RowNodes.StartNewAsync(bus, 3);
        var history = new History();
        await using (var creator = await RowNodes.ConnectAsync(cluster.Nodes[1], "creator"))
        {
            await creator.CreateAsync("room", Limit);
        }
        history.Add(Op.RoomCreated, "", "n1", e => e with { Room = "room", Number = Limit });
        var killed = cluster.Nodes[0];
        var clients = new List<(Caller Caller, NodeProcess Node)>();
        foreach (var node in cluster.Nodes)
        {
            for (var i = 0; i < ClientsPerNode; i++)
            {
                clients.Add((await RowNodes.ConnectAsync(node), node));
            }
        }
        using var stop = new CancellationTokenSource();
        var racing = clients.Select(c => RaceAsync(history, c.Caller, c.Node, stop.Token)).ToArray();
        await Eventually.HoldsAsync("the race is on", () => history.Events.Count(e => e.Op == Op.Joined) > 60);
        var death = history.Fault(Op.Killed, killed.Name);
        await killed.KillAsync();
        var (before, at) = (history.Events.Count, history.Now);
        // The dead node may have held all of them.
        await Eventually.HoldsAsync("the race goes on", () => history.Events.Count > before + 100, SeatsFree);
        await stop.CancelAsync();
        await Task.WhenAll(racing);

        // Whoever is left sits down; the room must come to be full.
        var alive = clients.Where(c => c.Node != killed).ToArray();
        var seated = new HashSet<string>();
        await Eventually.HoldsAsync("all seats are taken by the living", async () =>
        {
            foreach (var (caller, node) in alive.Where(c => !seated.Contains(c.Caller.Id)))
            {
                if (await TryJoinAsync(history, caller, node))
                {
                    seated.Add(caller.Id);
                }
            }
            return seated.Count >= Limit;
        }, TimeSpan.FromSeconds(Math.Max(5, (SeatsFree - (history.Now - at)).TotalSeconds)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{bus}: all seats usable {(history.Now - at).TotalSeconds:0.0} s after the kill");
        foreach (var (caller, node) in alive.Where(c => !seated.Contains(c.Caller.Id)))
        {
            Assert.False(await TryJoinAsync(history, caller, node));
        }
        Assert.Equal(seated.Order(StringComparer.Ordinal), await alive[0].Caller.MembersAsync("room"));
        // What a client still reads of a dead node's answers is no seat.
        var lived = new History(history.Events.Where(e => e.Node != killed.Name || e.At <= death));
        lived.Check(Seats.In(lived));
    }

    private static async Task RaceAsync(History history, Caller caller, NodeProcess node, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (await TryJoinAsync(history, caller, node))
                {
                    await caller.Wire.ExpectAliveAsync();
                    history.Add(Op.LeaveSent, caller.Id, node.Name, e => e with { Room = "room" });
                    await caller.LeaveAsync("room");
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && history.Events.Any(h => h.Op == Op.Killed && h.Node == node.Name))
        {
            // It was killed under the client.
        }
    }

    private static async Task<bool> TryJoinAsync(History history, Caller caller, NodeProcess node)
    {
        await caller.Wire.SendAsync("join_room", new { room_id = "room" });
        var answer = await caller.Wire.ReceiveAsync();
        if (answer.Type == "room_joined")
        {
            history.Add(Op.Joined, caller.Id, node.Name, e => e with { Room = "room" });
            return true;
        }
        // Full, or the store is too busy for one more now.
        Assert.True(answer.Type == "error" && answer.ErrorCode is 3002 or 1006, answer.ToString());
        return false;
    }
}
