using System.Text.Json.Serialization;

namespace GoHub;

/// <summary>Where a node is between start and stop.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeStatus>))]
public enum NodeStatus
{
    /// <summary>It starts, and takes no connections yet.</summary>
    Joining,

    /// <summary>It serves.</summary>
    Ready,

    /// <summary>It stops: its clients are being sent elsewhere.</summary>
    Draining,

    /// <summary>It has said goodbye.</summary>
    Leaving,

    /// <summary>It has been silent for 6 s; after 10 s it counts as gone.</summary>
    Suspect,
}

/// <summary>A node of the cluster, as the node that was asked sees it.</summary>
/// <param name="NodeId">Drawn at its start; 16 hexadecimal digits.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">Where it is between start and stop.</param>
/// <param name="Version">Of GoHub.</param>
/// <param name="Connections">Its open connections, at most a heartbeat (2 s) old.</param>
/// <param name="Rooms">Its rooms, likewise; a room with members on several nodes counts on each.</param>
/// <param name="StartedAt">By its own clock.</param>
public sealed record NodeInfo(string NodeId, string Name, NodeStatus Status, string Version, int Connections, int Rooms, DateTimeOffset StartedAt);
