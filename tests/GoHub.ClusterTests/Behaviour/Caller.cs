namespace GoHub.ClusterTests.Behaviour;

/// <summary>A client that knows its own id.</summary>
internal sealed record Caller(WireClient Wire, string Id, string? User) : IAsyncDisposable
{
    public static async Task<Caller> ConnectAsync(InProcessNode node, string? user = null, params string[] permissions)
    {
        var wire = await node.ConnectAsync(Handshake.Welcome(user is null ? null : TestTokens.For(user, permissions.Length == 0 ? [.. TestTokens.Everything, "admin:room"] : permissions)));
        var welcome = await wire.ExpectAsync("welcome");
        return new Caller(wire, welcome.Text("client_id"), user);
    }

    public Task<Message> AskAsync(string type, object? data, string reply) => Wire.AskAsync(type, data, reply);

    /// <summary>Sends what must be refused with <paramref name="code"/>.</summary>
    public async Task RefusedAsync(int code, string type, object? data)
    {
        await Wire.SendAsync(type, data, 77);
        var error = await Wire.ExpectErrorAsync(code);
        Assert.Equal("77", error.RequestId);
    }

    public Task CreateAsync(string room, int maxClients = 0) => AskAsync("create_room", new { room_id = room, name = NameOf(room), max_clients = maxClients }, "room_created");

    /// <summary>What people read, as long as it fits in 256 bytes.</summary>
    public static string NameOf(string room) => room.Length < 200 ? $"The {room}" : room;

    public Task JoinAsync(string room) => AskAsync("join_room", new { room_id = room }, "room_joined");

    public Task LeaveAsync(string room) => AskAsync("leave_room", new { room_id = room }, "room_left");

    /// <summary>Sends to a room and waits for the ack.</summary>
    public async Task<Message> SayAsync(string room, object? content)
    {
        await Wire.SendAsync("room_message", new { room_id = room, content }, 5);
        return await Wire.ExpectAsync("ack");
    }

    public async Task<Message> TellAsync(string target, object? content)
    {
        await Wire.SendAsync("direct_message", new { target_id = target, content }, 6);
        return await Wire.ExpectAsync("ack");
    }

    /// <summary>The next message, which must be this one of a room.</summary>
    public async Task HearsAsync(string room, Caller from, string content)
    {
        var message = await Wire.ExpectAsync("room_message");
        Assert.Equal((room, content, from.User ?? from.Id, from.Id), (message.Text("room_id"), message.Text("content"), message.Text("sender_id"), message.ClientId));
    }

    /// <summary>The members that this client's node shows.</summary>
    public async Task<string[]> MembersAsync(string room) =>
        [.. (await AskAsync("room_members", new { room_id = room }, "room_members")).Data.GetProperty("members").EnumerateArray().Select(m => m.GetProperty("client_id").GetString()!).Order(StringComparer.Ordinal)];

    /// <summary>A room as this client's node lists it, or null.</summary>
    public async Task<JsonElement?> ListedAsync(string room)
    {
        var rooms = (await AskAsync("list_rooms", null, "rooms")).Data.GetProperty("rooms").EnumerateArray().Where(r => r.GetProperty("room_id").GetString() == room).ToArray();
        Assert.InRange(rooms.Length, 0, 1);
        return rooms.Length == 0 ? null : rooms[0];
    }

    /// <summary>Proves that nothing was on its way to this client: what it is told now comes next.</summary>
    public async Task HearsNothingFromAsync(Caller other)
    {
        await other.TellAsync(Id, "and now?");
        Assert.Equal("and now?", (await Wire.ExpectAsync("direct_message")).Text("content"));
    }

    public async Task CloseAsync()
    {
        await Wire.SendFrameAsync(ClientFrame.Close(1000));
        await Wire.ReadCloseAsync();
        await Wire.DisposeAsync();
    }

    public ValueTask DisposeAsync() => Wire.DisposeAsync();
}
