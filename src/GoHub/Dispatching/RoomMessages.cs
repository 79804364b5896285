using GoHub.Cluster;
using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Events;
using GoHub.Protocol;
using GoHub.Rooms;
using Microsoft.Extensions.Options;

namespace GoHub.Dispatching;

/// <summary>The built-in messages about rooms.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class RoomMessages(ClusterParts cluster, RoomRegistry local, FrameEncoder frames, GoHubMetrics metrics, GoHubEvents events, IOptions<GoHubOptions> options)
{
    private static readonly byte[] MessagePrefix = EnvelopeWriter.Prefix(MessageTypes.RoomMessage);

    private readonly ClusterRooms _rooms = cluster.Rooms;
    private readonly bool _membersOnly = options.Value.Rooms.MembersOnly;

    public async ValueTask CreateAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.CreateRoom, request, envelope) is not { } id)
        {
            return;
        }
        var name = string.IsNullOrEmpty(request.Name) ? id : BuiltInMessages.Required(connection, "name", request.Name, envelope);
        if (name is null)
        {
            return;
        }
        var maxClients = request.MaxClients ?? 0;
        var result = await _rooms.CreateAsync(id, name, maxClients, connection, connection.Aborted).ConfigureAwait(false);
        if (Succeeded(connection, result, id, envelope))
        {
            connection.Reply(MessageTypes.RoomCreated, new RoomData(id, name, maxClients), WireJson.Default.RoomData, envelope.MessageId);
        }
    }

    public async ValueTask DeleteAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.DeleteRoom, request, envelope) is { } id
            && Succeeded(connection, await _rooms.DeleteAsync(id, connection, connection.Aborted).ConfigureAwait(false), id, envelope))
        {
            connection.Reply(MessageTypes.RoomDeleted, new RoomRefData(id), WireJson.Default.RoomRefData, envelope.MessageId);
        }
    }

    public ValueTask JoinAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.JoinRoom, request, envelope) is not { } id)
        {
            return ValueTask.CompletedTask;
        }
        var joining = _rooms.JoinAsync(id, connection);
        if (joining.IsCompletedSuccessfully)
        {
            Answer(joining.Result);
            return ValueTask.CompletedTask;
        }
        return AwaitAsync(joining);

        void Answer(RoomResult result)
        {
            if (Succeeded(connection, result, id, envelope))
            {
                connection.Reply(MessageTypes.RoomJoined, new RoomStatusData(id, "joined"), WireJson.Default.RoomStatusData, envelope.MessageId);
            }
        }

        async ValueTask AwaitAsync(ValueTask<RoomResult> joining) => Answer(await joining.ConfigureAwait(false));
    }

    public ValueTask LeaveAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.LeaveRoom, request, envelope) is not { } id)
        {
            return ValueTask.CompletedTask;
        }
        var result = _rooms.Leave(id, connection);
        if (result == RoomResult.NotFound && cluster.Node.IsJoined)
        {
            return RefuseUnknownAsync(connection, id, envelope);
        }
        if (Succeeded(connection, result, id, envelope))
        {
            connection.Reply(MessageTypes.RoomLeft, new RoomStatusData(id, "left"), WireJson.Default.RoomStatusData, envelope.MessageId);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask SendAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.SendMessage, request, envelope) is not { } id)
        {
            return ValueTask.CompletedTask;
        }
        if (request.Content.IsEmpty)
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, "The field 'content' is missing.", envelope.MessageId);
            return ValueTask.CompletedTask;
        }
        if (local.Find(id) is not { } room)
        {
            // A room that came to be by a join is known only to nodes with members in it.
            return _membersOnly || !cluster.Node.IsJoined ? RefuseUnknownAsync(connection, id, envelope) : SendElsewhereAsync(connection, id, request, envelope);
        }
        if (_membersOnly && !room.Contains(connection))
        {
            Succeeded(connection, RoomResult.NotInRoom, id, envelope);
            return ValueTask.CompletedTask;
        }
        if (room.IsSuspended?.Invoke() == true)
        {
            // Others may sit in the seats of its members by now: these neither hear nor are heard until that is known.
            Succeeded(connection, RoomResult.Unavailable, id, envelope);
            return ValueTask.CompletedTask;
        }
        Publish(connection, id, request, envelope);
        return ValueTask.CompletedTask;
    }

    public async ValueTask ListAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (BuiltInMessages.IsAllowed(connection, GoHubPermissions.ReadMessage, "", envelope))
        {
            var (rooms, missing) = await _rooms.ListAsync(connection.Aborted).ConfigureAwait(false);
            var list = rooms.Select(r => new RoomListItem(r.RoomId, r.Name, r.MaxClients, r.Members)).ToArray();
            connection.Reply(MessageTypes.Rooms, new RoomListData(list, Names(missing)), WireJson.Default.RoomListData, envelope.MessageId);
        }
    }

    public async ValueTask MembersAsync(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.ReadMessage, request, envelope) is not { } id)
        {
            return;
        }
        var (members, missing) = await _rooms.MembersAsync(id, connection.Aborted).ConfigureAwait(false);
        if (members is null)
        {
            Succeeded(connection, missing.Count > 0 ? RoomResult.Unavailable : RoomResult.NotFound, id, envelope);
            return;
        }
        var list = members.Select(m => new RoomMemberItem(m.ConnectionId, m.UserId)).ToArray();
        connection.Reply(MessageTypes.RoomMembers, new RoomMembersData(id, list, Names(missing)), WireJson.Default.RoomMembersData, envelope.MessageId);
    }

    private void Publish(GoHubConnection connection, string id, BuiltInRequest request, Envelope envelope)
    {
        var result = _rooms.Publish(id, frames.EncodeContent(MessagePrefix, id, request.Content, connection).ToFrame(), connection.ConnectionId);
        if (result.Bus == BusStatus.TooLarge)
        {
            connection.ReplyError(GoHubErrorCode.MessageTooLarge, "The message is larger than the bus between the nodes carries.", envelope.MessageId);
            return;
        }
        metrics.RoomMessage();
        events.Publish((id, connection, request.Content), static (s, at) => new RoomMessageEvent(
            at, s.id, s.connection.ConnectionId, s.connection.UserId, s.Content.ToArray()));
        // A bus that is down or stuck must not slow down those that talk to each other here; who asks for an answer learns how far it went.
        BuiltInMessages.Acknowledge(connection, envelope, result.Bus switch { BusStatus.None => null, BusStatus.Published => "bus", _ => "local" });
    }

    private async ValueTask SendElsewhereAsync(GoHubConnection connection, string id, BuiltInRequest request, Envelope envelope)
    {
        var exists = await _rooms.ExistsAsync(id).ConfigureAwait(false);
        if (exists == true)
        {
            Publish(connection, id, request, envelope);
        }
        else
        {
            Succeeded(connection, exists is null ? RoomResult.Unavailable : RoomResult.NotFound, id, envelope);
        }
    }

    /// <summary>Says whether a room that is not at this node is at another, where this connection is no member, or nowhere.</summary>
    private async ValueTask RefuseUnknownAsync(GoHubConnection connection, string id, Envelope envelope) =>
        Succeeded(connection, await _rooms.ExistsAsync(id).ConfigureAwait(false) switch { true => RoomResult.NotInRoom, false => RoomResult.NotFound, null => RoomResult.Unavailable }, id, envelope);

    private static string[]? Names(IReadOnlyList<NodeInfo> missing) => missing.Count == 0 ? null : [.. missing.Select(n => n.NodeId)];

    /// <summary>The room a message names, if it names one the connection may do this to; otherwise the client has been told.</summary>
    private static string? Target(GoHubConnection connection, string permission, BuiltInRequest request, Envelope envelope) =>
        BuiltInMessages.Required(connection, "room_id", request.RoomId, envelope) is { } id && BuiltInMessages.IsAllowed(connection, permission, id, envelope) ? id : null;

    private static bool Succeeded(GoHubConnection connection, RoomResult result, string id, Envelope envelope)
    {
        var (code, message, details) = result switch
        {
            RoomResult.Ok => (default, "", null),
            RoomResult.NotFound => (GoHubErrorCode.RoomNotFound, "There is no such room.", (string?)id),
            RoomResult.AlreadyExists => (GoHubErrorCode.RoomAlreadyExists, "The room exists already.", id),
            RoomResult.Full => (GoHubErrorCode.RoomFull, "The room is full.", id),
            RoomResult.NotInRoom => (GoHubErrorCode.NotInRoom, "You are not in the room.", id),
            RoomResult.AlreadyInRoom => (GoHubErrorCode.AlreadyInRoom, "You are in the room already.", id),
            RoomResult.Unavailable => (GoHubErrorCode.Unavailable, "The other nodes cannot be asked now; try again.", id),
            RoomResult.LimitReached => (GoHubErrorCode.RateLimited, "Too many rooms.", "Leave a room before you enter another, or ask for a higher limit: Limits:RoomsPerConnection, Rooms:MaxRooms."),
            _ => (GoHubErrorCode.ClientNotFound, "The connection has ended.", null),
        };
        if (result != RoomResult.Ok)
        {
            connection.ReplyError(code, message, envelope.MessageId, details);
        }
        return result == RoomResult.Ok;
    }
}
