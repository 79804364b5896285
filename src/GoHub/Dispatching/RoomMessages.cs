using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Events;
using GoHub.Protocol;
using GoHub.Rooms;
using Microsoft.Extensions.Options;

namespace GoHub.Dispatching;

/// <summary>The built-in messages about rooms.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class RoomMessages(RoomRegistry rooms, FrameEncoder frames, GoHubMetrics metrics, GoHubEvents events, IOptions<GoHubOptions> options)
{
    private static readonly byte[] MessagePrefix = EnvelopeWriter.Prefix(MessageTypes.RoomMessage);

    private readonly bool _membersOnly = options.Value.Rooms.MembersOnly;

    public void Create(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
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
        var result = rooms.Create(id, name, maxClients, connection);
        if (Succeeded(connection, result, id, envelope))
        {
            connection.Reply(MessageTypes.RoomCreated, new RoomData(id, name, maxClients), WireJson.Default.RoomData, envelope.MessageId);
        }
    }

    public void Delete(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.DeleteRoom, request, envelope) is { } id && Succeeded(connection, rooms.Delete(id, connection), id, envelope))
        {
            connection.Reply(MessageTypes.RoomDeleted, new RoomRefData(id), WireJson.Default.RoomRefData, envelope.MessageId);
        }
    }

    public void Join(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.JoinRoom, request, envelope) is { } id && Succeeded(connection, rooms.Join(id, connection), id, envelope))
        {
            connection.Reply(MessageTypes.RoomJoined, new RoomStatusData(id, "joined"), WireJson.Default.RoomStatusData, envelope.MessageId);
        }
    }

    public void Leave(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.LeaveRoom, request, envelope) is { } id && Succeeded(connection, rooms.Leave(id, connection), id, envelope))
        {
            connection.Reply(MessageTypes.RoomLeft, new RoomStatusData(id, "left"), WireJson.Default.RoomStatusData, envelope.MessageId);
        }
    }

    public void Send(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.SendMessage, request, envelope) is not { } id)
        {
            return;
        }
        if (request.Content.IsEmpty)
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, "The field 'content' is missing.", envelope.MessageId);
            return;
        }
        if (rooms.Find(id) is not { } room)
        {
            Succeeded(connection, RoomResult.NotFound, id, envelope);
            return;
        }
        if (_membersOnly && !room.Contains(connection))
        {
            Succeeded(connection, RoomResult.NotInRoom, id, envelope);
            return;
        }
        var frame = frames.EncodeContent(MessagePrefix, id, request.Content, connection);
        metrics.MessagesSent(room.Broadcast(frame, except: connection));
        metrics.RoomMessage();
        BuiltInMessages.Acknowledge(connection, envelope);
        events.Publish((id, connection, request.Content), static (s, at) => new RoomMessageEvent(
            at, s.id, s.connection.ConnectionId, s.connection.UserId, s.Content.ToArray()));
    }

    public void List(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
    {
        if (BuiltInMessages.IsAllowed(connection, GoHubPermissions.ReadMessage, "", envelope))
        {
            var list = rooms.All.Select(r => new RoomListItem(r.Id, r.Name, r.MaxClients, r.Count)).ToArray();
            connection.Reply(MessageTypes.Rooms, new RoomListData(list), WireJson.Default.RoomListData, envelope.MessageId);
        }
    }

    public void Members(GoHubConnection connection, in BuiltInRequest request, Envelope envelope)
    {
        if (Target(connection, GoHubPermissions.ReadMessage, request, envelope) is not { } id)
        {
            return;
        }
        if (rooms.Find(id) is not { } room)
        {
            Succeeded(connection, RoomResult.NotFound, id, envelope);
            return;
        }
        var members = room.Members.Select(m => new RoomMemberItem(m.ConnectionId, m.UserId)).ToArray();
        connection.Reply(MessageTypes.RoomMembers, new RoomMembersData(id, members), WireJson.Default.RoomMembersData, envelope.MessageId);
    }

    /// <summary>The room a message names, if it names one the connection may do this to; otherwise the client has been told.</summary>
    private static string? Target(GoHubConnection connection, string permission, in BuiltInRequest request, Envelope envelope) =>
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
