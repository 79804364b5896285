using GoHub.Connections;
using GoHub.Connections.Loops;

namespace GoHub;

/// <summary>Many receivers: <see cref="AllTarget"/> or <see cref="RoomTarget"/>.</summary>
/// <remarks>
/// Threads: immutable, any. It is on its way to the connections of this node when the call returns; to those of others by the bus, if it is there.
/// No client is waited for; but who sends more than the node's loops can deliver waits, by the returned task, until they have caught up.
/// </remarks>
public abstract class GoHubBroadcastTarget : GoHubTarget<PublishResult>
{
    private protected GoHubBroadcastTarget(GoHubNode node)
        : base(node)
    {
    }

    private protected abstract PublishResult Publish(OutboundFrame frame);

    private protected sealed override ValueTask<PublishResult> DeliverAsync(OutboundFrame frame, CancellationToken cancellationToken) =>
        Node.Lanes.IsCongested && !WebSocketChannel.IsLoopThread ? DeliverLaterAsync(frame, cancellationToken) : ValueTask.FromResult(Publish(frame));

    private async ValueTask<PublishResult> DeliverLaterAsync(OutboundFrame frame, CancellationToken cancellationToken)
    {
        await Node.Lanes.RelievedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return Publish(frame);
    }
}

/// <summary>Every connection.</summary>
public sealed class AllTarget : GoHubBroadcastTarget
{
    private readonly string? _except;

    internal AllTarget(GoHubNode node, string? except = null)
        : base(node) => _except = except;

    /// <summary>Every connection but one.</summary>
    public AllTarget Except(string connectionId) => new(Node, connectionId);

    private protected override PublishResult Publish(OutboundFrame frame) => Node.Cluster.Rooms.PublishToAll(frame, _except);
}

/// <summary>The members of one room, on whatever node they are.</summary>
public sealed class RoomTarget : GoHubBroadcastTarget
{
    private readonly string _id;
    private readonly string? _except;

    internal RoomTarget(GoHubNode node, string id, string? except = null)
        : base(node) => (_id, _except) = (id, except);

    /// <summary>Every member but one.</summary>
    public RoomTarget Except(string connectionId) => new(Node, _id, connectionId);

    /// <summary>Lets a connection join, on whatever node it is.</summary>
    public ValueTask<RoomResult> JoinAsync(string connectionId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        cancellationToken.ThrowIfCancellationRequested();
        return Node.Cluster.Rooms.JoinAsync(_id, connectionId, cancellationToken);
    }

    /// <summary>Takes a connection out, on whatever node it is, and does not tell it.</summary>
    public ValueTask<RoomResult> LeaveAsync(string connectionId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        cancellationToken.ThrowIfCancellationRequested();
        return Node.Cluster.Rooms.LeaveAsync(_id, connectionId, cancellationToken);
    }

    /// <summary>Takes a connection out, on whatever node it is, and tells it: <c>room_left</c> with the status <c>kicked</c>.</summary>
    public ValueTask<RoomResult> KickAsync(string connectionId, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        ArgumentNullException.ThrowIfNull(reason);
        cancellationToken.ThrowIfCancellationRequested();
        return Node.Cluster.Rooms.KickAsync(_id, connectionId, reason, cancellationToken);
    }

    /// <summary>The members at this moment, on all nodes; none if there is no such room.</summary>
    public Survey<RoomMember> MembersAsync(CancellationToken cancellationToken = default) => new(async ct =>
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ct);
        var (members, missing) = await Node.Cluster.Rooms.MembersAsync(_id, both.Token).ConfigureAwait(false);
        return (members ?? [], missing);
    });

    /// <summary>How many users and connections are in the room, on all nodes.</summary>
    public async ValueTask<PresenceInfo> PresenceAsync(CancellationToken cancellationToken = default)
    {
        var (members, missing) = await Node.Cluster.Rooms.MembersAsync(_id, cancellationToken).ConfigureAwait(false);
        var users = members?.Select(m => m.UserId).Where(u => u is not null).Distinct(StringComparer.Ordinal).Count() ?? 0;
        return new PresenceInfo(users, members?.Count ?? 0, missing);
    }

    private protected override PublishResult Publish(OutboundFrame frame) => Node.Cluster.Rooms.Publish(_id, frame, _except);
}

/// <summary>One member of a room.</summary>
public sealed record RoomMember(string ConnectionId, string? UserId);

/// <summary>Who is in a room, in numbers.</summary>
/// <param name="Users">Signed-in users, each counted once.</param>
/// <param name="Connections">Connections, anonymous ones included.</param>
/// <param name="Missing">Nodes that did not answer; empty if all did. Do not change.</param>
public readonly record struct PresenceInfo(int Users, int Connections, IReadOnlyList<NodeInfo> Missing)
{
    /// <summary>Whether some node is missing from the numbers.</summary>
    public bool IsPartial => Missing is { Count: > 0 };
}
