using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Protocol;
using GoHub.Rooms;

namespace GoHub.Cluster;

/// <summary>The rooms as all nodes together have them: what is done to one here is done everywhere.</summary>
/// <remarks>
/// Every node knows every room that was created by name; one that came to be by a join is known where it has members.
/// Threads: any. On a node without a bus everything ends at once, with what is here.
/// </remarks>
internal sealed class ClusterRooms
{
    /// <summary>How long another node may take for a join there: longer than it waits for a seat.</summary>
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(4);

    private readonly ClusterNode _cluster;
    private readonly RoomRegistry _rooms;
    private readonly ConnectionRegistry _connections;
    private readonly FrameEncoder _frames;
    private readonly GoHubMetrics _metrics;
    private readonly RoomPublisher? _publisher;
    private readonly RoomSubscriptions? _subscriptions;
    private readonly SeatedRooms _seats;

    public ClusterRooms(
        ClusterNode cluster, RoomRegistry rooms, ConnectionRegistry connections, FrameEncoder frames, GoHubMetrics metrics,
        RoomPublisher? publisher, RoomSubscriptions? subscriptions, SeatedRooms seats)
    {
        (_cluster, _rooms, _connections, _frames, _metrics) = (cluster, rooms, connections, frames, metrics);
        (_publisher, _subscriptions, _seats) = (publisher, subscriptions, seats);
        rooms.MemberLeft += OnMemberLeft;
    }

    public async ValueTask<RoomResult> CreateAsync(string id, string name, int maxClients, GoHubConnection? by, CancellationToken cancellationToken)
    {
        if (!_cluster.IsJoined)
        {
            return _rooms.Create(id, name, maxClients, by);
        }
        if (!_cluster.Read(core => core.TryBeginClaim(id, _cluster.Now)))
        {
            return RoomResult.AlreadyExists;
        }
        try
        {
            var claim = await _cluster.AskAsync(new NodeCommand(NodeOperation.ClaimRoom) { Room = id }, cancellationToken, enoughIf: IsTaken).ConfigureAwait(false);
            if (claim.Answers.Any(a => IsTaken(a.Reply)))
            {
                return RoomResult.AlreadyExists;
            }
            if (_cluster.Read(core => core.NextRoom(id, name, maxClients)) is not { } entry)
            {
                return RoomResult.AlreadyExists;
            }
            var result = _rooms.Create(id, name, maxClients, by);
            if (result == RoomResult.Ok)
            {
                _cluster.Run(core => core.Adopt(entry, _cluster.Now));
                await _cluster.AskAsync(new NodeCommand(NodeOperation.Share) { Entries = [entry] }, cancellationToken).ConfigureAwait(false);
            }
            return result;
        }
        finally
        {
            _cluster.Run(core =>
            {
                core.EndClaim(id);
                return [];
            });
        }

        static bool IsTaken(NodeReply reply) => reply.Room == RoomResult.AlreadyExists;
    }

    public async ValueTask<RoomResult> DeleteAsync(string id, GoHubConnection? by, CancellationToken cancellationToken)
    {
        var entry = _cluster.IsJoined ? _cluster.Read(core => core.Find("r:" + id)) as RoomEntry : null;
        var here = RemoveHere(id, by);
        if (!_cluster.IsJoined)
        {
            return Announce(here);
        }
        RoomEntry[]? gone = entry is { Deleted: false } ? [entry with { Deleted = true }] : null;
        if (gone is not null)
        {
            _cluster.Run(core => core.Adopt(gone[0], _cluster.Now));
        }
        var ask = await _cluster.AskAsync(new NodeCommand(NodeOperation.DeleteRoom) { Room = id, Entries = gone }, cancellationToken).ConfigureAwait(false);
        var found = here == RoomResult.Ok || gone is not null || ask.Answers.Any(a => a.Reply is { IsUnknown: false, Room: RoomResult.Ok });
        return Announce(found ? RoomResult.Ok : ask.Missing.Count > 0 ? RoomResult.Unavailable : RoomResult.NotFound);

        RoomResult Announce(RoomResult result)
        {
            if (result == RoomResult.Ok)
            {
                _rooms.Deleted(id, by);
            }
            return result;
        }
    }

    /// <summary>Takes a room away on this node.</summary>
    public RoomResult RemoveHere(string id, GoHubConnection? by = null)
    {
        var room = _rooms.Find(id);
        var result = _rooms.Remove(id, by);
        if (room is not null)
        {
            _seats.Forget(room);
        }
        return result;
    }

    /// <summary>Lets a connection of this node join. It is a member once other nodes' messages are sure to reach it, and not before.</summary>
    public ValueTask<RoomResult> JoinAsync(string id, GoHubConnection connection)
    {
        var room = _rooms.Find(id);
        if (_subscriptions is null || (room is null && !_rooms.CreatesOnJoin))
        {
            return ValueTask.FromResult(_rooms.Join(id, connection));
        }
        if (room is { MaxClients: > 0 })
        {
            return JoinLimitedAsync(room, connection);
        }
        var listening = _subscriptions.EnterAsync(id);
        return listening.IsCompletedSuccessfully ? EnterAsync(id, _rooms.Join(id, connection)) : AwaitAsync();

        async ValueTask<RoomResult> AwaitAsync()
        {
            await listening.ConfigureAwait(false);
            return await EnterAsync(id, _rooms.Join(id, connection)).ConfigureAwait(false);
        }
    }

    public async ValueTask<RoomResult> JoinAsync(string id, string connectionId, CancellationToken cancellationToken) =>
        _connections.Find(connectionId) is { } here ? await JoinAsync(id, here).ConfigureAwait(false)
            : await ElsewhereAsync(NodeOperation.Join, id, connectionId, null, cancellationToken).ConfigureAwait(false);

    public RoomResult Leave(string id, GoHubConnection connection) => _rooms.Leave(id, connection);

    public ValueTask<RoomResult> LeaveAsync(string id, string connectionId, CancellationToken cancellationToken) =>
        _connections.Find(connectionId) is { } here ? ValueTask.FromResult(Leave(id, here)) : ElsewhereAsync(NodeOperation.Leave, id, connectionId, null, cancellationToken);

    /// <summary>Takes a connection of this node out, and tells it.</summary>
    public RoomResult Kick(string id, GoHubConnection connection, string reason)
    {
        var result = _rooms.Leave(id, connection);
        if (result == RoomResult.Ok)
        {
            connection.Reply(MessageTypes.RoomLeft, new RoomStatusData(id, "kicked", reason.Length == 0 ? null : reason), WireJson.Default.RoomStatusData, default);
        }
        return result;
    }

    public ValueTask<RoomResult> KickAsync(string id, string connectionId, string reason, CancellationToken cancellationToken) =>
        _connections.Find(connectionId) is { } here ? ValueTask.FromResult(Kick(id, here, reason)) : ElsewhereAsync(NodeOperation.Kick, id, connectionId, reason, cancellationToken);

    /// <summary>Local members hear it at once; the others by the bus. Waits for nobody.</summary>
    public PublishResult Publish(string id, OutboundFrame frame, string? except)
    {
        if (_publisher?.Fits(id.Length * 3, frame) == false)
        {
            return new PublishResult(0, BusStatus.TooLarge);
        }
        var taken = _rooms.Find(id)?.Broadcast(frame, except is null ? null : _connections.Find(except)) ?? 0;
        _metrics.MessagesSent(taken);
        return new PublishResult(taken, _publisher?.Room(id, frame, except) ?? BusStatus.None);
    }

    public PublishResult PublishToAll(OutboundFrame frame, string? except)
    {
        if (_publisher?.Fits(0, frame) == false)
        {
            return new PublishResult(0, BusStatus.TooLarge);
        }
        var taken = _connections.Broadcast(frame, except is null ? null : _connections.Find(except));
        _metrics.MessagesSent(taken);
        return new PublishResult(taken, _publisher?.Everyone(frame, except) ?? BusStatus.None);
    }

    /// <summary>The room with its members on all nodes, or null.</summary>
    public async ValueTask<(RoomInfo? Room, NodeInfo[] Missing)> FindAsync(string id, CancellationToken cancellationToken)
    {
        var here = _rooms.Find(id) is { } room ? Info(room) : null;
        var ask = await _cluster.AskAsync(new NodeCommand(NodeOperation.FindRoom) { Room = id }, cancellationToken).ConfigureAwait(false);
        return (ask.Answers.SelectMany(a => a.Reply.Rooms ?? []).Aggregate(here, Join), _cluster.Nodes(ask.Missing));
    }

    /// <summary>Whether any node has the room; one answer is enough. Null if none has it, and not all have answered.</summary>
    public async ValueTask<bool?> ExistsAsync(string id)
    {
        if (_rooms.Find(id) is not null)
        {
            return true;
        }
        var ask = await _cluster.AskAsync(new NodeCommand(NodeOperation.FindRoom) { Room = id }, CancellationToken.None, enoughIf: r => r.Rooms is { Length: > 0 }).ConfigureAwait(false);
        return ask.Answers.Any(a => a.Reply.Rooms is { Length: > 0 }) ? true : ask.Missing.Count > 0 ? null : false;
    }

    public async ValueTask<(IReadOnlyList<RoomInfo> Items, IReadOnlyList<NodeInfo> Missing)> ListAsync(CancellationToken cancellationToken)
    {
        var ask = await _cluster.AskAsync(new NodeCommand(NodeOperation.ListRooms), cancellationToken).ConfigureAwait(false);
        Dictionary<string, RoomInfo> all = new(StringComparer.Ordinal);
        foreach (var room in Here().Concat(ask.Answers.SelectMany(a => a.Reply.Rooms ?? [])))
        {
            all[room.RoomId] = Join(all.GetValueOrDefault(room.RoomId), room);
        }
        return ([.. all.Values], _cluster.Nodes(ask.Missing));
    }

    /// <summary>The members on all nodes; null if no node has the room.</summary>
    public async ValueTask<(IReadOnlyList<RoomMember>? Items, IReadOnlyList<NodeInfo> Missing)> MembersAsync(string id, CancellationToken cancellationToken)
    {
        var ask = await _cluster.AskAsync(new NodeCommand(NodeOperation.Members) { Room = id }, cancellationToken).ConfigureAwait(false);
        var here = MembersHere(id);
        var found = here is not null || ask.Answers.Any(a => a.Reply is { IsUnknown: false, Room: RoomResult.Ok });
        return (found ? [.. here ?? [], .. ask.Answers.SelectMany(a => a.Reply.Members ?? [])] : null, _cluster.Nodes(ask.Missing));
    }

    public IEnumerable<RoomInfo> Here() => _rooms.All.Select(Info);

    public IEnumerable<RoomMember>? MembersHere(string id) => _rooms.Find(id)?.Members.Select(m => new RoomMember(m.ConnectionId, m.UserId));

    public static RoomInfo Info(Room room) => new(room.Id, room.Name, room.MaxClients, room.Count);

    private static RoomInfo Join(RoomInfo? sum, RoomInfo room) => sum is null ? room : sum with { Members = sum.Members + room.Members };

    /// <summary>Sees to it that a room with a new member is listened to, and one without any is not.</summary>
    private ValueTask<RoomResult> EnterAsync(string id, RoomResult result)
    {
        if (result != RoomResult.Ok)
        {
            if (_rooms.Find(id) is not { Count: > 0 })
            {
                _subscriptions!.Left(id);
            }
            return ValueTask.FromResult(result);
        }
        // Once more: the last of the others may have left, and the ear with him, before this one was in.
        var listening = _subscriptions!.EnterAsync(id);
        return listening.IsCompletedSuccessfully ? ValueTask.FromResult(result) : AwaitAsync(listening, result);

        static async ValueTask<RoomResult> AwaitAsync(ValueTask listening, RoomResult result)
        {
            await listening.ConfigureAwait(false);
            return result;
        }
    }

    private async ValueTask<RoomResult> JoinLimitedAsync(Room room, GoHubConnection connection)
    {
        if (room.Contains(connection))
        {
            return RoomResult.AlreadyInRoom;
        }
        if (!_seats.IsStrict)
        {
            // Best effort: what the others say, which joins at the same moment may outrun.
            var (all, _) = await FindAsync(room.Id, CancellationToken.None).ConfigureAwait(false);
            if (all?.Members >= room.MaxClients)
            {
                return RoomResult.Full;
            }
            await _subscriptions!.EnterAsync(room.Id).ConfigureAwait(false);
            return await EnterAsync(room.Id, _rooms.Join(room, connection)).ConfigureAwait(false);
        }
        var result = await _seats.TakeAsync(room, connection).ConfigureAwait(false);
        if (result != RoomResult.Ok)
        {
            return result;
        }
        await _subscriptions!.EnterAsync(room.Id).ConfigureAwait(false);
        // That very room: one that was deleted and created again meanwhile has other seats.
        result = _rooms.Join(room, connection);
        if (result != RoomResult.Ok)
        {
            _seats.Release(room, connection);
        }
        return await EnterAsync(room.Id, result).ConfigureAwait(false);
    }

    private async ValueTask<RoomResult> ElsewhereAsync(NodeOperation operation, string id, string connectionId, string? reason, CancellationToken cancellationToken)
    {
        if (!ConnectionIds.TryNodeOf(connectionId, out var node) || node == _cluster.Self || !_cluster.IsJoined)
        {
            return RoomResult.ConnectionNotFound;
        }
        var command = new NodeCommand(operation) { Room = id, Connection = connectionId, Reason = reason };
        var ask = await _cluster.AskAsync(command, cancellationToken, node, timeout: JoinTimeout).ConfigureAwait(false);
        return ask.Answers is [(_, var reply), ..] ? reply.Room : ask.Missing.Count > 0 ? RoomResult.Unavailable : RoomResult.ConnectionNotFound;
    }

    private void OnMemberLeft(Room room, GoHubConnection connection)
    {
        _seats.Release(room, connection);
        if (_subscriptions is not null && room.Count == 0)
        {
            _subscriptions.Left(room.Id);
        }
    }
}
