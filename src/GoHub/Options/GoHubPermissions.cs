namespace GoHub;

/// <summary>The permissions that built-in messages ask for, as the Go original names them (auth/auth.go).</summary>
/// <remarks>
/// A grant may be narrowed to some rooms or receivers: <c>join:room:team-*</c>, where <c>*</c> stands for any run of characters.
/// </remarks>
public static class GoHubPermissions
{
    /// <summary>List rooms and their members.</summary>
    public const string ReadMessage = "read:message";

    /// <summary>Send room and direct messages.</summary>
    public const string SendMessage = "send:message";

    /// <summary>Create rooms.</summary>
    public const string CreateRoom = "create:room";

    /// <summary>Delete rooms.</summary>
    public const string DeleteRoom = "delete:room";

    /// <summary>Join rooms.</summary>
    public const string JoinRoom = "join:room";

    /// <summary>Leave rooms.</summary>
    public const string LeaveRoom = "leave:room";

    /// <summary>Create, delete, join and leave rooms, and read.</summary>
    public const string AdminRoom = "admin:room";

    /// <summary>Everything, an app's own permissions included.</summary>
    public const string AdminSystem = "admin:system";
}
