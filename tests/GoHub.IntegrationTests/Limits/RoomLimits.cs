namespace GoHub.IntegrationTests.Limits;

/// <summary>How many rooms there may be, and in how many one connection may sit.</summary>
public sealed class RoomLimits
{
    [Fact]
    public async Task A_connection_in_too_many_rooms_gets_1005_with_details()
    {
        await using var server = await ServerProcess.StartAsync("Limits:RoomsPerConnection=3");
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        for (var i = 0; i < 3; i++)
        {
            await client.JoinAsync($"r{i}");
        }
        await client.SendAsync("join_room", new { room_id = "r3" }, 7);
        var error = await client.ExpectErrorAsync(1005);
        Assert.True(error.Data.TryGetProperty("details", out var details) && details.ValueKind != JsonValueKind.Null, $"{error}");
        Assert.Equal("7", error.RequestId);

        await client.AskAsync("leave_room", new { room_id = "r0" }, "room_left");
        await client.JoinAsync("r3");
        await using var other = await WireClient.ConnectAsync(server.EndPoint);
        await other.JoinAsync("r4");
    }

    [Fact]
    public async Task Beyond_the_node_s_rooms_none_is_made_and_existing_ones_may_be_joined()
    {
        await using var server = await ServerProcess.StartAsync("Rooms:MaxRooms=2");
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        await client.AskAsync("create_room", new { room_id = "created" }, "room_created");
        await client.JoinAsync("joined");
        await client.SendAsync("create_room", new { room_id = "third" });
        await client.ExpectErrorAsync(1005);
        await client.SendAsync("join_room", new { room_id = "third" });
        await client.ExpectErrorAsync(1005);
        await client.JoinAsync("created");
        await client.AskAsync("leave_room", new { room_id = "joined" }, "room_left");
        await client.JoinAsync("third");
    }

    [Fact]
    public async Task A_hundred_at_once_make_no_more_rooms_than_allowed()
    {
        await using var server = await ServerProcess.StartAsync("Rooms:MaxRooms=10", "Limits:ConnectionsPerIp=0");
        var joined = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var client = await WireClient.ConnectAsync(server.EndPoint);
            await client.SendAsync("join_room", new { room_id = $"race-{i}" });
            return (Client: client, Reply: await client.ReceiveAsync());
        }));
        Assert.Equal(10, joined.Count(j => j.Reply.Type == "room_joined"));
        Assert.Equal(10, (await server.MetricsAsync())["gohub_active_rooms"]);
        foreach (var (client, _) in joined)
        {
            await client.DisposeAsync();
        }
        await Eventually.HoldsAsync("the empty rooms are gone", async () => (await server.MetricsAsync())["gohub_active_rooms"] == 0);
    }
}
