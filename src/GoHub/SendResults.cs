using System.Text.Json.Serialization;

namespace GoHub;

/// <summary>What became of a message to one connection or user.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SendResult>))]
public enum SendResult
{
    /// <summary>Written, or waiting in at least one connection's send queue.</summary>
    Delivered,

    /// <summary>Nobody is there.</summary>
    Offline,

    /// <summary>Somebody is there, but every queue was full (see <see cref="SlowConsumer"/>).</summary>
    Dropped,

    /// <summary>Nobody is here, and whether somebody is elsewhere could not be found out: the bus is down, or a node did not answer.</summary>
    Unavailable,

    /// <summary>Larger than the bus between the nodes carries; nobody got it.</summary>
    TooLarge,
}

/// <summary>What became of the copies of a message for other nodes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BusStatus>))]
public enum BusStatus
{
    /// <summary>The node stands alone.</summary>
    None,

    /// <summary>The bus took the message.</summary>
    Published,

    /// <summary>The bus is down: only connections of this node got it.</summary>
    Unavailable,

    /// <summary>More is on its way to the bus than it takes: only connections of this node got it. Send less.</summary>
    Busy,

    /// <summary>Larger than the bus carries; nobody got it.</summary>
    TooLarge,
}

/// <summary>What became of a message to a room or to all.</summary>
/// <param name="Local">Connections of this node that it was handed to.</param>
/// <param name="Bus">What became of the copies for other nodes.</param>
public readonly record struct PublishResult(int Local, BusStatus Bus = BusStatus.None);

/// <summary>What became of an operation on a room.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoomResult>))]
public enum RoomResult
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>No room has this id.</summary>
    NotFound,

    /// <summary>A room with this id exists.</summary>
    AlreadyExists,

    /// <summary>The room holds as many members as its limit allows.</summary>
    Full,

    /// <summary>The connection is not a member.</summary>
    NotInRoom,

    /// <summary>The connection is a member already.</summary>
    AlreadyInRoom,

    /// <summary>No connection has this id.</summary>
    ConnectionNotFound,

    /// <summary>The node has <c>Rooms:MaxRooms</c> rooms, or the connection is in <c>Limits:RoomsPerConnection</c>.</summary>
    LimitReached,

    /// <summary>This needs other nodes, and the bus to them is down or they do not answer.</summary>
    Unavailable,
}
