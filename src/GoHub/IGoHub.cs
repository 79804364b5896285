using GoHub.Events;

namespace GoHub;

/// <summary>The hub as server code uses it: inject it anywhere.</summary>
/// <remarks>Threads: any. Asynchronous members answer for the whole cluster, <see cref="Local"/> for this node alone.</remarks>
public interface IGoHub
{
    /// <summary>Every connection.</summary>
    AllTarget All { get; }

    /// <summary>One room, by id; it need not exist yet.</summary>
    /// <exception cref="ArgumentException">The id is empty or longer than 256 bytes of UTF-8.</exception>
    RoomTarget Room(string roomId);

    /// <summary>All connections of one user.</summary>
    UserTarget User(string userId);

    /// <summary>One connection, by id.</summary>
    ConnectionTarget Connection(string connectionId);

    /// <summary>Create, delete, list and count rooms.</summary>
    GoHubRooms Rooms { get; }

    /// <summary>Find, list and count connections.</summary>
    GoHubConnections Connections { get; }

    /// <summary>The nodes of the cluster.</summary>
    GoHubNodes Nodes { get; }

    /// <summary>What this node knows by itself.</summary>
    GoHubLocal Local { get; }

    /// <summary>What happens on this node.</summary>
    GoHubEvents Events { get; }
}
