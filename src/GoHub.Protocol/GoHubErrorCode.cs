namespace GoHub;

/// <summary>Code of an <c>error</c> message, as the Go original numbers them (hub/error.go).</summary>
/// <remarks>These travel in <c>data.code</c>. WebSocket close codes are another set: <see cref="GoHubCloseCode"/>.</remarks>
public enum GoHubErrorCode
{
    /// <summary>No better code fits.</summary>
    Unknown = 1000,

    /// <summary>The message is not JSON, lacks a field, has one of the wrong type, or its type has no handler.</summary>
    InvalidFormat = 1001,

    /// <summary><c>message_id</c> is neither a number nor a string, or is longer than 128 bytes.</summary>
    InvalidMessageId = 1002,

    /// <summary>The handler threw. Details are sent only with <c>EnableDetailedErrors</c>.</summary>
    ServerError = 1003,

    /// <summary>The handler did not finish within its timeout.</summary>
    Timeout = 1004,

    /// <summary>A limit was hit: messages per second, rooms per connection, or rooms of the node.</summary>
    RateLimited = 1005,

    /// <summary>This needs the other nodes, and the bus to them is down or has more to carry than it can; try again later.</summary>
    Unavailable = 1006,

    /// <summary>The caller must authenticate first.</summary>
    Unauthorized = 2000,

    /// <summary>The caller lacks the permission named in the message.</summary>
    Forbidden = 2001,

    /// <summary>The token is past its <c>exp</c>.</summary>
    TokenExpired = 2002,

    /// <summary>The token cannot be accepted.</summary>
    InvalidToken = 2003,

    /// <summary>No room has this id.</summary>
    RoomNotFound = 3000,

    /// <summary>A room with this id exists.</summary>
    RoomAlreadyExists = 3001,

    /// <summary>The room holds as many members as its limit allows.</summary>
    RoomFull = 3002,

    /// <summary>The connection is not a member of the room.</summary>
    NotInRoom = 3003,

    /// <summary>The connection is a member already.</summary>
    AlreadyInRoom = 3004,

    /// <summary>No connection and no user has this id.</summary>
    ClientNotFound = 4000,

    /// <summary>The user is known and has no connection.</summary>
    ClientOffline = 4001,

    /// <summary>The message is larger than the receiver takes.</summary>
    MessageTooLarge = 4002,
}
