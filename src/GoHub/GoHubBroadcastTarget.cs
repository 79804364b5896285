using GoHub.Connections;

namespace GoHub;

/// <summary>Many receivers: <see cref="AllTarget"/> or <see cref="RoomTarget"/>.</summary>
/// <remarks>Threads: immutable, any.</remarks>
public abstract class GoHubBroadcastTarget : GoHubTarget<PublishResult>
{
    private protected GoHubBroadcastTarget(GoHubNode node)
        : base(node)
    {
    }

    private protected abstract int Broadcast(OutboundFrame frame);

    private protected sealed override PublishResult Deliver(OutboundFrame frame)
    {
        var taken = Broadcast(frame);
        Node.Metrics.MessagesSent(taken);
        return new PublishResult(taken);
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

    private protected override int Broadcast(OutboundFrame frame)
    {
        var taken = 0;
        foreach (var connection in Node.Registry.All)
        {
            if (connection.ConnectionId != _except && connection.Enqueue(frame) == EnqueueResult.Accepted)
            {
                taken++;
            }
        }
        return taken;
    }
}

/// <summary>The members of one room.</summary>
public sealed class RoomTarget : GoHubBroadcastTarget
{
    private readonly string _id;
    private readonly string? _except;

    internal RoomTarget(GoHubNode node, string id, string? except = null)
        : base(node) => (_id, _except) = (id, except);

    /// <summary>Every member but one.</summary>
    public RoomTarget Except(string connectionId) => new(Node, _id, connectionId);

    /// <summary>Lets a connection join.</summary>
    public ValueTask<RoomResult> JoinAsync(string connectionId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Node.Registry.Find(connectionId) is { } connection
            ? Node.RoomRegistry.Join(_id, connection) : RoomResult.ConnectionNotFound);
    }

    /// <summary>Takes a connection out.</summary>
    public ValueTask<RoomResult> LeaveAsync(string connectionId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Node.Registry.Find(connectionId) is { } connection
            ? Node.RoomRegistry.Leave(_id, connection) : RoomResult.ConnectionNotFound);
    }

    /// <summary>The members at this moment; none if there is no such room.</summary>
    public async IAsyncEnumerable<RoomMember> MembersAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var member in Node.RoomRegistry.Find(_id)?.Members ?? [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new RoomMember(member.ConnectionId, member.UserId);
        }
    }

    /// <summary>How many users and connections are in the room.</summary>
    public ValueTask<PresenceInfo> PresenceAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var members = Node.RoomRegistry.Find(_id)?.Members ?? [];
        var users = members.Select(m => m.UserId).Where(u => u is not null).Distinct(StringComparer.Ordinal).Count();
        return ValueTask.FromResult(new PresenceInfo(users, members.Length));
    }

    private protected override int Broadcast(OutboundFrame frame)
    {
        var except = _except is null ? null : Node.Registry.Find(_except);
        return Node.RoomRegistry.Find(_id)?.Broadcast(frame, except) ?? 0;
    }
}

/// <summary>One member of a room.</summary>
public sealed record RoomMember(string ConnectionId, string? UserId);

/// <summary>Who is in a room, in numbers.</summary>
/// <param name="Users">Signed-in users, each counted once.</param>
/// <param name="Connections">Connections, anonymous ones included.</param>
public readonly record struct PresenceInfo(int Users, int Connections);
