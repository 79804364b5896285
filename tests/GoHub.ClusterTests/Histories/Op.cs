using System.Text.Json.Serialization;

namespace GoHub.ClusterTests.Histories;

/// <summary>What can happen in a history.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Op>))]
internal enum Op
{
    /// <summary>A client is connected to a node.</summary>
    Connected,

    /// <summary>A client begins to close its connection.</summary>
    EndSent,

    /// <summary>A client's connection is over.</summary>
    Ended,

    /// <summary>A room with <see cref="HistoryEvent.Number"/> seats exists.</summary>
    RoomCreated,

    /// <summary>A member is told that its room is gone.</summary>
    RoomDeleted,

    JoinSent,
    Joined,
    JoinRefused,
    LeaveSent,
    Left,

    /// <summary>A member is told that it is out, because others have taken the seats while its node was cut off.</summary>
    Evicted,

    /// <summary>A client sends message <see cref="HistoryEvent.Number"/> of its own to a room.</summary>
    Published,

    /// <summary>The node has taken it; <see cref="HistoryEvent.Level"/> says how far it goes.</summary>
    Acked,

    /// <summary>The node has refused it with <see cref="HistoryEvent.Code"/>; nobody may get it.</summary>
    Refused,

    /// <summary>A client has got message <see cref="HistoryEvent.Number"/> of <see cref="HistoryEvent.From"/>.</summary>
    Received,

    /// <summary>A client is told that messages of a room are lost; <see cref="HistoryEvent.Number"/> of them, 0 if nobody knows.</summary>
    Gap,

    /// <summary>A node was asked who is in a room; <see cref="HistoryEvent.Number"/> is when, in ticks of a <see cref="TimeSpan"/>.</summary>
    View,

    /// <summary>A node was killed.</summary>
    Killed,

    /// <summary>A node was stopped, or its way to the bus was closed.</summary>
    Suspended,

    /// <summary>It goes on.</summary>
    Resumed,

    /// <summary>The last fault is over.</summary>
    Healed,
}

/// <summary>One line of a history.</summary>
/// <param name="At">Since the history's start, by the one monotonic clock of the test.</param>
/// <param name="Op">What happened.</param>
/// <param name="Client">To which connection; empty for what happens to a node.</param>
/// <param name="Node">Its node.</param>
internal sealed record HistoryEvent(TimeSpan At, Op Op, string Client, string Node)
{
    public string Room { get; init; } = "";

    public string From { get; init; } = "";

    public long Number { get; init; }

    public string? Level { get; init; }

    public int Code { get; init; }

    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>What names a message in the whole history.</summary>
    [JsonIgnore]
    public (string Room, string From, long Number) Message => (Room, From, Number);
}
