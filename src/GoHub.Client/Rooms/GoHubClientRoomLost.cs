namespace GoHub.Client;

/// <summary>How a room was lost.</summary>
public enum GoHubRoomLoss
{
    /// <summary>After a reconnect the server would not let this client in again; <see cref="GoHubClientRoomLost.Error"/> says why.</summary>
    Refused,

    /// <summary>The server's code took this client out.</summary>
    Kicked,

    /// <summary>The node was cut off from the others so long that they gave the seat away.</summary>
    Evicted,

    /// <summary>The room was deleted.</summary>
    Deleted,

    /// <summary>A <c>leave_room</c> was sent past the room object.</summary>
    Left,

    /// <summary>The client was stopped, or has stopped for good.</summary>
    Stopped,
}

/// <summary>The end of a room that nobody left by <see cref="GoHubClientRoom.LeaveAsync"/>.</summary>
/// <param name="Cause">How it came.</param>
/// <param name="Reason">The server's words, if it gave any.</param>
/// <param name="Error">A <see cref="GoHubRequestException"/> if the server refused, else null or what stopped the client.</param>
public sealed record GoHubClientRoomLost(GoHubRoomLoss Cause, string? Reason = null, Exception? Error = null);
