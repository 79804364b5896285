using GoHub;

namespace Chat;

/// <summary>Who is where. Each connection comes and goes once, and has an id that is never used again: the page counts users over them.</summary>
static class Presence
{
    public static void Map(GoHubEndpointBuilder hub)
    {
        // A node hears of its own connections; the room reaches members on all nodes.
        hub.OnRoomJoined(async (RoomJoinedEvent e, IGoHub gohub, CancellationToken ct) =>
            await gohub.Room(e.RoomId).SendAsync("came", new Visit(e.RoomId, e.ConnectionId, e.UserId!), ct));
        hub.OnRoomLeft(async (RoomLeftEvent e, IGoHub gohub, CancellationToken ct) =>
            await gohub.Room(e.RoomId).SendAsync("went", new Visit(e.RoomId, e.ConnectionId, e.UserId!), ct));

        hub.OnRoomCreated(async (RoomCreatedEvent e, IGoHub gohub, CancellationToken ct) =>
            await gohub.All.SendAsync("rooms_changed", new RoomName(e.RoomId), ct));
        hub.OnRoomDeleted(async (RoomDeletedEvent e, IGoHub gohub, CancellationToken ct) =>
            await gohub.All.SendAsync("rooms_changed", new RoomName(e.RoomId), ct));
    }
}

/// <summary>
/// Tells the pages of all nodes when a node came or went, since one that died could not say goodbye for its connections; and when this
/// one has the bus back, since others did not get what was said here meanwhile.
/// </summary>
sealed class NodeWatch(IGoHub hub, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        HashSet<string> known = [hub.Nodes.Self.NodeId];
        var toldOf = hub.Nodes.Outages;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // The count, since an outage may be over before this looks again; and before the state, so that one that begins now is told of later.
            var outages = hub.Nodes.Outages;
            if (outages != toldOf && hub.Nodes.IsConnected)
            {
                toldOf = outages;
                await hub.All.SendAsync("node_back", hub.Nodes.Self.Name, stoppingToken);
            }
            var nodes = hub.Nodes.List();
            if (!known.SetEquals(nodes.Select(n => n.NodeId)))
            {
                known = [.. nodes.Select(n => n.NodeId)];
                await hub.All.SendAsync("nodes_changed", nodes.Select(n => n.Name), stoppingToken);
            }
        }
    }
}

record Visit(string RoomId, string ClientId, string UserId);
record RoomName(string RoomId);
