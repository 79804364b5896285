using GoHub.Connections;
using GoHub.Protocol;
using GoHub.Rooms;
using GoHub.Security;

namespace GoHub.Dispatching;

/// <summary>The messages every hub understands, and what they have in common: permission, then data, then the deed.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class BuiltInMessages(RoomMessages rooms, DirectMessages direct, SignIn signIn, FrameEncoder frames)
{
    /// <summary>The data of an <c>ack</c>.</summary>
    public static StatusData Done { get; } = new("ok");

    private static StatusData DoneByBus { get; } = new("ok", "bus");

    private static StatusData DoneHere { get; } = new("ok", "local");

    /// <summary>A built-in's own part: what to do with the data once it was read.</summary>
    public delegate ValueTask Deed(GoHubConnection connection, BuiltInRequest request, Envelope envelope);

    public IEnumerable<KeyValuePair<string, MessageRoute>> Routes =>
    [
        new(MessageTypes.Ping, Route(null, Pong)),
        new(MessageTypes.CreateRoom, Route(GoHubPermissions.CreateRoom, rooms.CreateAsync)),
        new(MessageTypes.DeleteRoom, Route(GoHubPermissions.DeleteRoom, rooms.DeleteAsync)),
        new(MessageTypes.JoinRoom, Route(GoHubPermissions.JoinRoom, rooms.JoinAsync)),
        new(MessageTypes.LeaveRoom, Route(GoHubPermissions.LeaveRoom, rooms.LeaveAsync)),
        new(MessageTypes.RoomMessage, Route(GoHubPermissions.SendMessage, rooms.SendAsync)),
        new(MessageTypes.ListRooms, Route(GoHubPermissions.ReadMessage, rooms.ListAsync)),
        new(MessageTypes.RoomMembers, Route(GoHubPermissions.ReadMessage, rooms.MembersAsync)),
        new(MessageTypes.DirectMessage, Route(GoHubPermissions.SendMessage, direct.SendAsync)),
        new(MessageTypes.Auth, signIn.RunAsync),
    ];

    /// <summary>Whether the connection may do this to what the message names; if not, it has been told.</summary>
    public static bool IsAllowed(GoHubConnection connection, string permission, string resource, Envelope envelope)
    {
        if (connection.Identity.Permissions.Has(permission, resource))
        {
            return true;
        }
        connection.ReplyError(GoHubErrorCode.Forbidden, Permissions.Missing(permission), envelope.MessageId);
        return false;
    }

    /// <summary>The id in a required field, or null if it is missing, empty or too long; then the client has been told.</summary>
    public static string? Required(GoHubConnection connection, string field, string? value, Envelope envelope)
    {
        if (GoHubRooms.IsName(value))
        {
            return value;
        }
        var problem = string.IsNullOrEmpty(value) ? $"The field '{field}' is missing." : $"The field '{field}' is longer than {RoomRegistry.MaxNameBytes} bytes.";
        connection.ReplyError(GoHubErrorCode.InvalidFormat, problem, envelope.MessageId);
        return null;
    }

    /// <summary>Says that a message was delivered, to a sender that wants to know.</summary>
    /// <param name="connection">The sender.</param>
    /// <param name="envelope">What it sent.</param>
    /// <param name="level">How far it went: <c>local</c> or <c>bus</c>; null on a node without a bus.</param>
    public static void Acknowledge(GoHubConnection connection, Envelope envelope, string? level = null)
    {
        if (!envelope.MessageId.IsEmpty)
        {
            connection.Reply(MessageTypes.Ack, level is null ? Done : level == "bus" ? DoneByBus : DoneHere, WireJson.Default.StatusData, envelope.MessageId);
        }
    }

    private ValueTask Pong(GoHubConnection connection, BuiltInRequest request, Envelope envelope)
    {
        connection.Send(frames.EncodePong(request.Ts, envelope.MessageId.Span));
        return ValueTask.CompletedTask;
    }

    private static MessageRoute Route(string? permission, Deed deed) => (connection, envelope) =>
    {
        if (permission is not null && !connection.Identity.Permissions.HasAny(permission))
        {
            connection.ReplyError(GoHubErrorCode.Forbidden, Permissions.Missing(permission), envelope.MessageId);
        }
        else if (BuiltInRequest.Read(envelope.Data, out var request) is { } fault)
        {
            connection.ReplyError(GoHubErrorCode.InvalidFormat, fault, envelope.MessageId);
        }
        else
        {
            return deed(connection, request, envelope);
        }
        return ValueTask.CompletedTask;
    };
}
