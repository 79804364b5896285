using GoHub;

namespace Chat;

/// <summary>What people say. Two of these take the place of GoHub's own messages, to bound lengths and to keep a history.</summary>
static class Messages
{
    private const int LongestText = 2000; // UTF-16 units
    private const int LongestKey = 40;

    public static void Map(GoHubEndpointBuilder hub)
    {
        hub.MapMessage("room_message", SayInRoomAsync).RequirePermission(GoHubPermissions.SendMessage);
        hub.MapMessage("direct_message", SayToUserAsync).RequirePermission(GoHubPermissions.SendMessage);
        hub.MapMessage("typing", TellOfTypingAsync).RequirePermission(GoHubPermissions.SendMessage);
    }

    /// <summary>To the other members, and into the history. A page that does not know whether a message came through may send it again: its key tells.</summary>
    private static async Task<object> SayInRoomAsync(RoomPost post, GoHubConnection client, IGoHub hub, History history, TimeProvider time, CancellationToken ct)
    {
        if (!client.Rooms.Contains(post.RoomId))
        {
            return GoHubResults.Error(GoHubErrorCode.NotInRoom, "You are not in the room.", post.RoomId);
        }
        if (WhatIsWrong(post.Content) is { } problem)
        {
            return GoHubResults.Error(GoHubErrorCode.InvalidFormat, problem);
        }
        var line = new Line(post.Content, client.UserId!, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (history.Add(Conversation.InRoom(post.RoomId), line) is { } known)
        {
            return new Receipt(known.Timestamp, BusStatus.None);
        }
        var sent = await hub.Room(post.RoomId).Except(client.ConnectionId).SendAsync("room_message", new RoomLine(post.RoomId, line.Content, line.SenderId, line.Timestamp), ct);
        return new Receipt(line.Timestamp, sent.Bus);
    }

    /// <summary>To all connections of the receiver and of the sender, so that the conversation is the same in all their tabs.</summary>
    private static async Task<object> SayToUserAsync(DirectPost post, GoHubConnection client, IGoHub hub, History history, TimeProvider time, CancellationToken ct)
    {
        if (WhatIsWrong(post.Content) is { } problem)
        {
            return GoHubResults.Error(GoHubErrorCode.InvalidFormat, problem);
        }
        var (sender, receiver) = (client.UserId!, post.TargetId);
        var conversation = Conversation.Between(sender, receiver);
        if (history.Find(conversation, sender, post.Content.Key) is { } known)
        {
            return new Receipt(known.Timestamp, BusStatus.None);
        }
        var line = new DirectLine(receiver, post.Content, sender, time.GetUtcNow().ToUnixTimeMilliseconds());
        switch (await hub.User(receiver).SendAsync("direct_message", line, ct))
        {
            case SendResult.Delivered:
                history.Add(conversation, new Line(line.Content, sender, line.Timestamp));
                await hub.User(sender).SendAsync("direct_message", line, ct);
                return new Receipt(line.Timestamp, BusStatus.None);
            case SendResult.Offline:
                return GoHubResults.Error(GoHubErrorCode.ClientNotFound, "Nobody of this name is here now.");
            case var result:
                return GoHubResults.Error(GoHubErrorCode.Unavailable, "It could not be delivered. Try again.", result.ToString());
        }
    }

    private static async Task TellOfTypingAsync(Typing typing, GoHubConnection client, IGoHub hub, CancellationToken ct)
    {
        if (typing.TargetId is { Length: > 0 } receiver)
        {
            await hub.User(receiver).SendAsync("typing", new Typist(client.UserId!, null), ct);
        }
        else if (typing.RoomId is { } room && client.Rooms.Contains(room))
        {
            await hub.Room(room).Except(client.ConnectionId).SendAsync("typing", new Typist(client.UserId!, room), ct);
        }
    }

    private static string? WhatIsWrong(Post post) =>
        string.IsNullOrWhiteSpace(post.Text) || post.Text.Length > LongestText ? $"A message has 1 to {LongestText} letters."
        : post.Key.Length is 0 or > LongestKey ? $"A key has 1 to {LongestKey} letters."
        : null;
}

/// <summary>What a person writes, with a key that the page has drawn for it.</summary>
record Post(string Key, string Text);
record RoomPost(string RoomId, Post Content);
record DirectPost(string TargetId, Post Content);
record RoomLine(string RoomId, Post Content, string SenderId, long Timestamp);
record DirectLine(string TargetId, Post Content, string SenderId, long Timestamp);

/// <summary>When the server took it, in Unix milliseconds, and whether people on other nodes have it.</summary>
record Receipt(long Timestamp, BusStatus Bus);
record Typing(string? RoomId = null, string? TargetId = null);
record Typist(string UserId, string? RoomId);
