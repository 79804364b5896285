namespace GoHub.IntegrationTests.Auth;

/// <summary>Each permission against each built-in: what it allows, and that it allows nothing else.</summary>
public sealed class PermissionMatrix(SharedServer server)
{
    private static readonly string[] Permissions =
        ["", "read:message", "send:message", "create:room", "delete:room", "join:room", "leave:room", "admin:room", "admin:system"];

    // Built-in, what its own permission is, and the error or reply that a permitted caller gets.
    private static readonly (string Type, string Needs, string Allowed)[] BuiltIns =
    [
        ("ping", "", "pong"),
        ("create_room", "create:room", "room_created"),
        ("delete_room", "delete:room", "3000"),
        ("join_room", "join:room", "room_joined"),
        ("leave_room", "leave:room", "3000"),
        ("room_message", "send:message", "3000"),
        ("direct_message", "send:message", "4000"),
        ("list_rooms", "read:message", "rooms"),
        ("room_members", "read:message", "3000"),
    ];

    public static TheoryData<string, string, string> All()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var permission in Permissions)
        {
            foreach (var (type, needs, allowed) in BuiltIns)
            {
                var may = needs.Length == 0 || permission == needs || permission == "admin:system"
                    || (permission == "admin:room" && needs != "send:message");
                cases.Add(permission, type, may ? allowed : "2001");
            }
        }
        return cases;
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_permission_allows_what_it_names(string permission, string type, string outcome)
    {
        var token = TestTokens.For("u", permission.Length == 0 ? [] : [permission]);
        await using var client = await server.ConnectAsync(Handshake.WithToken(token));
        var room = Guid.NewGuid().ToString("N");
        object? data = type is "ping" or "list_rooms" ? null : new { room_id = room, target_id = room, content = "x" };
        await client.SendAsync(type, data, 1);
        var reply = await client.ReceiveAsync();
        Assert.Equal(outcome, reply.Type == "error" ? reply.ErrorCode.ToString(System.Globalization.CultureInfo.InvariantCulture) : reply.Type);
        Assert.Equal("1", reply.RequestId);
    }

    public static TheoryData<string, string> Denied() =>
        [.. All().Where(c => c.Data.Item3 == "2001").Select(c => (c.Data.Item1, c.Data.Item2))];

    [Theory, MemberData(nameof(Denied))]
    public async Task Without_it_not_even_bad_data_is_looked_at(string permission, string type)
    {
        await using var client = await server.ConnectAsync(Handshake.WithToken(TestTokens.For("u", permission.Length == 0 ? [] : [permission])));
        await client.SendTextAsync($$"""{"message_type":"{{type}}","data":[true]}""");
        await client.ExpectErrorAsync(2001);
    }

    [Theory]
    [InlineData("create_room", "room_created")]
    [InlineData("join_room", "room_joined")]
    [InlineData("leave_room", "3000")]
    [InlineData("delete_room", "2001")]
    [InlineData("room_message", "3000")]
    [InlineData("direct_message", "4000")]
    [InlineData("list_rooms", "rooms")]
    [InlineData("room_members", "3000")]
    public async Task An_anonymous_client_of_the_standalone_server_may_do_all_but_delete(string type, string outcome)
    {
        await using var client = await server.ConnectAsync();
        var room = Guid.NewGuid().ToString("N");
        await client.SendAsync(type, new { room_id = room, target_id = room, content = "x" });
        var reply = await client.ReceiveAsync();
        Assert.Equal(outcome, reply.Type == "error" ? reply.ErrorCode.ToString(System.Globalization.CultureInfo.InvariantCulture) : reply.Type);
    }

    [Fact]
    public async Task The_permissions_of_anonymous_clients_can_be_set()
    {
        await using var strict = await ServerProcess.StartAsync("Auth:AnonymousPermissions:0=join:room");
        await using var client = await WireClient.ConnectAsync(strict.EndPoint);
        await client.JoinAsync("r");
        await client.SendAsync("room_message", new { room_id = "r", content = 1 });
        var reply = await client.ReceiveAsync();
        Assert.Equal(("error", 2001), (reply.Type, reply.ErrorCode));
    }
}
