using System.Security.Claims;

namespace GoHub;

/// <summary>Something that happened on this node.</summary>
/// <param name="Time">When, by the node's clock.</param>
public abstract record GoHubEvent(DateTimeOffset Time)
{
    // Events of one connection are handled in order; those of none are one more such line.
    internal virtual string? OrderKey => null;
}

/// <summary>A client has connected (the Go original's <c>client_connected</c>).</summary>
public sealed record ConnectedEvent(DateTimeOffset Time, string ConnectionId, string? UserId, ClaimsPrincipal User) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A connection has ended and left its rooms (<c>client_disconnected</c>).</summary>
/// <param name="Time">When.</param>
/// <param name="ConnectionId">Which.</param>
/// <param name="UserId">Whose.</param>
/// <param name="CloseCode">The code of the first close frame in either direction; 1006 if there was none.</param>
/// <param name="Reason">Its reason.</param>
public sealed record DisconnectedEvent(DateTimeOffset Time, string ConnectionId, string? UserId, int CloseCode, string Reason) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A client has sent a message that some handler takes (<c>client_message</c>).</summary>
/// <param name="Time">When.</param>
/// <param name="ConnectionId">From where.</param>
/// <param name="UserId">From whom.</param>
/// <param name="MessageType">Its type; empty for a binary message.</param>
/// <param name="Data">A copy of its data: JSON, or the bytes of a binary message.</param>
public sealed record MessageEvent(DateTimeOffset Time, string ConnectionId, string? UserId, string MessageType, ReadOnlyMemory<byte> Data) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A client has been sent an <c>error</c> (<c>client_error</c>).</summary>
public sealed record ErrorEvent(DateTimeOffset Time, string ConnectionId, string? UserId, GoHubErrorCode Code, string Message) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A room has come to be (<c>room_created</c>).</summary>
/// <param name="Time">When.</param>
/// <param name="RoomId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="MaxClients">Its capacity; 0 for no limit.</param>
/// <param name="ConnectionId">Who asked for it; null for the server itself.</param>
public sealed record RoomCreatedEvent(DateTimeOffset Time, string RoomId, string Name, int MaxClients, string? ConnectionId) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A room is gone (<c>room_deleted</c>).</summary>
/// <param name="Time">When.</param>
/// <param name="RoomId">Its id.</param>
/// <param name="ConnectionId">Who asked for it; null for the server itself, or when the last member of an automatic room left.</param>
public sealed record RoomDeletedEvent(DateTimeOffset Time, string RoomId, string? ConnectionId) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A connection has joined a room (<c>room_joined</c>).</summary>
public sealed record RoomJoinedEvent(DateTimeOffset Time, string RoomId, string ConnectionId, string? UserId) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A connection has left a room, by itself or by its end (<c>room_left</c>).</summary>
public sealed record RoomLeftEvent(DateTimeOffset Time, string RoomId, string ConnectionId, string? UserId) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}

/// <summary>A client has sent a message to a room (<c>room_message</c>).</summary>
/// <param name="Time">When.</param>
/// <param name="RoomId">Where.</param>
/// <param name="ConnectionId">From where.</param>
/// <param name="UserId">From whom.</param>
/// <param name="Content">A copy of its content: JSON.</param>
public sealed record RoomMessageEvent(DateTimeOffset Time, string RoomId, string ConnectionId, string? UserId, ReadOnlyMemory<byte> Content) : GoHubEvent(Time)
{
    internal override string? OrderKey => ConnectionId;
}
