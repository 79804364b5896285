namespace GoHub;

/// <summary>The <c>message_type</c> values that GoHub itself sends and understands.</summary>
internal static class MessageTypes
{
    public const string Ack = "ack";
    public const string Auth = "auth";
    public const string AuthOk = "auth_ok";
    public const string CreateRoom = "create_room";
    public const string DeleteRoom = "delete_room";
    public const string DirectMessage = "direct_message";
    public const string Error = "error";
    public const string Gap = "gap";
    public const string JoinRoom = "join_room";
    public const string LeaveRoom = "leave_room";
    public const string ListRooms = "list_rooms";
    public const string Ping = "ping";
    public const string Pong = "pong";
    public const string Reconnect = "reconnect";
    public const string RoomCreated = "room_created";
    public const string RoomDeleted = "room_deleted";
    public const string RoomJoined = "room_joined";
    public const string RoomLeft = "room_left";
    public const string RoomMembers = "room_members";
    public const string RoomMessage = "room_message";
    public const string Rooms = "rooms";
    public const string Welcome = "welcome";

    /// <summary>What a handler's result is sent as: the caller's type with this behind it.</summary>
    public const string ReplySuffix = "_reply";
}
