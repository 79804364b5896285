namespace GoHub.IntegrationTests.Operations;

/// <summary>Options that change what is served where.</summary>
public sealed class Settings
{
    [Fact]
    public async Task The_path_of_the_endpoint_is_an_option()
    {
        await using var server = await ServerProcess.StartAsync("Path=/live/socket");
        await using var client = await WireClient.ConnectAsync(server.EndPoint, new Handshake { Path = "/live/socket" });
        await client.ExpectAliveAsync();
        Assert.Equal(404, (await WireClient.RefusalAsync(server.EndPoint)).Status);
    }

    [Fact]
    public async Task The_environment_configures_below_GoHub()
    {
        await using var server = await ServerProcess.StartAsync([], new Dictionary<string, string> { ["GoHub__Rooms__AutoCreate"] = "false", ["GoHub__Limits__Connections"] = "1" });
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("join_room", new { room_id = "r" });
        await client.ExpectErrorAsync(3000);
        Assert.Equal(503, (await WireClient.RefusalAsync(server.EndPoint)).Status);
    }

    [Fact]
    public async Task Who_is_no_member_may_send_where_that_is_allowed()
    {
        await using var server = await ServerProcess.StartAsync("Rooms:MembersOnly=false");
        await using var member = await WireClient.ConnectAsync(server.EndPoint);
        await member.JoinAsync("r");
        await using var other = await WireClient.ConnectAsync(server.EndPoint);
        await other.SendAsync("room_message", new { room_id = "r", content = "hi" }, 1);
        await other.ExpectAsync("ack");
        Assert.Equal("hi", (await member.ExpectAsync("room_message")).Text("content"));
    }

    [Fact]
    public async Task The_bare_defaults_are_a_working_chat()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var first = await WireClient.ConnectAsync(server.EndPoint);
        await using var second = await WireClient.ConnectAsync(server.EndPoint);
        await first.JoinAsync("lobby");
        await second.JoinAsync("lobby");
        await first.SendAsync("room_message", new { room_id = "lobby", content = "hello" });
        Assert.Equal("hello", (await second.ExpectAsync("room_message")).Text("content"));
        await second.SendAsync("echo", "me", "id-1");
        var echo = await second.ExpectAsync("echo_reply");
        Assert.Equal(("me", "\"id-1\""), (echo.Data.GetString(), echo.RequestId));
    }
}
