using GoHub.Bus;
using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Lifetime;
using GoHub.Rooms;
using GoHub.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Cluster;

/// <summary>All of the cluster that the rest of a node uses, put together.</summary>
internal sealed record ClusterParts(ClusterNode Node, ClusterRooms Rooms, ClusterClients Clients, ClusterService Service)
{
    public static ClusterParts Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<GoHubOptions>>();
        var cluster = options.Value.Cluster;
        var settings = new ClusterSettings(cluster.Namespace, cluster.NodeName ?? $"{Environment.MachineName}-{Environment.ProcessId}", cluster.Capacity);
        var bus = BusChoice.Create(services, services.GetServices<BusProvider>(), options);
        var time = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("GoHub.Cluster");
        var connections = services.GetRequiredService<ConnectionRegistry>();
        var rooms = services.GetRequiredService<RoomRegistry>();
        var frames = services.GetRequiredService<FrameEncoder>();
        var metrics = services.GetRequiredService<GoHubMetrics>();
        var revocations = services.GetRequiredService<Revocations>();
        var state = services.GetRequiredService<NodeState>();
        var counts = new ClusterMetrics();

        var node = new ClusterNode(settings, bus, services.GetRequiredService<ConnectionIds>(), connections, state, counts, time, logger);
        var publisher = bus is null ? null : new RoomPublisher(node, bus, counts);
        var subscriptions = bus is null ? null : new RoomSubscriptions(node, bus, rooms, logger);
        var inbound = subscriptions is null ? null : new Inbound(node, subscriptions, rooms, connections, frames, metrics, counts, logger);
        SeatedRooms? seated = null;
        var held = bus is null ? null : new RoomSeats(() => bus.Seats, node.Self, time, logger, (room, count) => seated!.Evict(room, count));
        RoomSeats? Seats() => settings.Capacity == RoomCapacity.BestEffort || (bus?.Seats is null && settings.Capacity != RoomCapacity.Strict) ? null : held;
        seated = new SeatedRooms(rooms, Seats);
        var clusterRooms = new ClusterRooms(node, rooms, connections, frames, metrics, publisher, subscriptions, seated);
        node.Work = new ClusterWork(rooms, connections, revocations, clusterRooms, seated, publisher, inbound, held);
        var clients = new ClusterClients(node, node.Work, connections, metrics, bus);
        if (bus is not null)
        {
            // Three: all data, all control, and this node's own.
            counts.Show(metrics.Meter, () => 1 + node.PeerCount, () => node.IsUp, () => 3 + subscriptions!.Count, () => inbound!.QueuedBytes);
        }
        return new ClusterParts(node, clusterRooms, clients, new ClusterService(settings, node, bus, publisher, subscriptions, Seats, revocations, state, logger));
    }
}
