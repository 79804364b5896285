namespace GoHub.Client.Tests.Rooms;

/// <summary>Answers as a server does that lets everybody do everything.</summary>
internal static class RoomServer
{
    public static void Respond(FakeSocket socket, JsonObject message)
    {
        var room = message.RoomId();
        switch (message.Type())
        {
            case "join_room":
                socket.Answer(message, "room_joined", new { room_id = room, status = "joined" });
                break;
            case "leave_room":
                socket.Answer(message, "room_left", new { room_id = room, status = "left" });
                break;
            case "room_message":
                socket.Answer(message, "ack", new { status = "ok" });
                break;
        }
    }
}
