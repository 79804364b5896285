using System.Text.Json.Serialization;

namespace GoHub.Cluster;

// What nodes tell each other beside clients' messages: JSON, so that a later version may add a field and an earlier one passes it over.

/// <summary>A node's sign of life.</summary>
/// <param name="Name">For people.</param>
/// <param name="Version">Of the program.</param>
/// <param name="State">Where it is between start and stop.</param>
/// <param name="Connections">Open connections.</param>
/// <param name="Rooms">Rooms.</param>
/// <param name="StartedAt">Unix milliseconds, for people.</param>
/// <param name="Hello">Whether the others shall answer at once with theirs.</param>
/// <param name="Directory">Digest of the shared entries, see <see cref="Replica"/>.</param>
/// <param name="Stream">Of its messages to all.</param>
/// <param name="Sequence">How far it has come in them.</param>
internal sealed record Heartbeat(
    string Name, string Version, NodeStatus State, int Connections, int Rooms, long StartedAt, bool Hello, ulong Directory, ulong Stream, ulong Sequence);

/// <summary>What one node asks another.</summary>
/// <remarks>One shape for all: a field that an operation does not need is absent.</remarks>
internal sealed record NodeCommand(NodeOperation Operation)
{
    public string? Room { get; init; }

    public string? Connection { get; init; }

    public string? User { get; init; }

    public int Code { get; init; }

    public string? Reason { get; init; }

    /// <summary>Connections younger than this are not meant: the command was given before they came. Unit: milliseconds.</summary>
    public long MinAge { get; init; }

    /// <summary>Shared entries that the receiver takes over.</summary>
    public ReplicaEntry[]? Entries { get; init; }
}

/// <summary>What can be asked. An operation that a node does not know is answered with <see cref="NodeReply.Unknown"/>.</summary>
internal enum NodeOperation
{
    /// <summary>All shared entries, please.</summary>
    Pull,

    /// <summary>Take these entries over.</summary>
    Share,

    /// <summary>May I create this room?</summary>
    ClaimRoom,

    /// <summary>Delete a room and tell its members.</summary>
    DeleteRoom,

    /// <summary>How many connections are there?</summary>
    Count,

    /// <summary>Which rooms are there?</summary>
    ListRooms,

    /// <summary>What is this room?</summary>
    FindRoom,

    /// <summary>Who is in this room?</summary>
    Members,

    /// <summary>Which connections are there?</summary>
    ListConnections,

    /// <summary>What is this connection?</summary>
    FindConnection,

    /// <summary>Let a connection join a room.</summary>
    Join,

    /// <summary>Take a connection out of a room.</summary>
    Leave,

    /// <summary>Take a connection out of a room and tell it.</summary>
    Kick,

    /// <summary>Close connections: one, those of a user, or those with a token.</summary>
    Disconnect,
}

/// <summary>An answer, or one part of a long one.</summary>
internal sealed record NodeReply
{
    public static NodeReply Unknown { get; } = new() { IsUnknown = true };

    public bool IsUnknown { get; init; }

    /// <summary>More parts follow.</summary>
    public bool More { get; init; }

    /// <summary>Which part it is, from 0: one that is lost must be missed.</summary>
    public int Part { get; init; }

    public RoomResult Room { get; init; }

    public SendResult Send { get; init; }

    public int Count { get; init; }

    public RoomInfo[]? Rooms { get; init; }

    public RoomMember[]? Members { get; init; }

    public ConnectionInfo[]? Connections { get; init; }

    public ReplicaEntry[]? Entries { get; init; }
}

/// <summary>Source-generated reading and writing of what nodes tell each other.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(NodeCommand))]
[JsonSerializable(typeof(NodeReply))]
internal sealed partial class ControlJson : JsonSerializerContext;
