namespace GoHub.IntegrationTests.Rooms;

/// <summary>However a connection ends, it leaves all its rooms and is nobody's target any more.</summary>
public sealed class Leaving(SharedServer server)
{
    public static TheoryData<string> Ends => ["close", "half close", "reset", "protocol error", "too big"];

    [Theory, MemberData(nameof(Ends))]
    public async Task A_connection_that_ends_leaves_all_its_rooms(string end)
    {
        var rooms = Enumerable.Range(0, 5).Select(i => $"leave-{i}-{Guid.NewGuid():N}").ToArray();
        await using var watcher = await server.ConnectAsync();
        await using var client = await server.ConnectAsync(Handshake.Welcome());
        var id = (await client.ExpectAsync("welcome")).Text("client_id");
        foreach (var room in rooms)
        {
            await watcher.AskAsync("create_room", new { room_id = room }, "room_created");
            await client.JoinAsync(room);
        }

        await EndAsync(client, end);

        foreach (var room in rooms)
        {
            await Eventually.HoldsAsync($"{room} is empty", async () =>
                (await watcher.AskAsync("room_members", new { room_id = room }, "room_members")).Data.GetProperty("members").GetArrayLength() == 0);
        }
        await watcher.SendAsync("direct_message", new { target_id = id, content = 1 });
        await watcher.ExpectErrorAsync(4000);
    }

    [Fact]
    public async Task One_connection_s_end_takes_no_other_connection_of_the_user_along()
    {
        var (user, room) = ($"u-{Guid.NewGuid():N}", $"tabs-{Guid.NewGuid():N}");
        var token = Handshake.WithToken(TestTokens.For(user, TestTokens.Everything));
        await using var first = await server.ConnectAsync(token);
        await using var second = await server.ConnectAsync(token);
        await first.JoinAsync(room);
        await second.JoinAsync(room);
        first.Reset();
        await Eventually.HoldsAsync("one member is left", async () =>
            (await second.AskAsync("room_members", new { room_id = room }, "room_members")).Data.GetProperty("members").GetArrayLength() == 1);

        await using var sender = await server.ConnectAsync();
        await sender.JoinAsync(room);
        await sender.SendAsync("room_message", new { room_id = room, content = "still there" });
        Assert.Equal("still there", (await second.ExpectAsync("room_message")).Text("content"));
        await sender.SendAsync("direct_message", new { target_id = user, content = "and you" });
        Assert.Equal("and you", (await second.ExpectAsync("direct_message")).Text("content"));
    }

    [Fact]
    public async Task A_thousand_who_came_and_went_leave_no_ghost()
    {
        await using var own = await ServerProcess.StartAsync("Limits:ConnectionsPerIp=0");
        await using var watcher = await WireClient.ConnectAsync(own.EndPoint);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async worker =>
        {
            for (var i = 0; i < 50; i++)
            {
                await using var client = await WireClient.ConnectAsync(own.EndPoint);
                await client.SendAsync("join_room", new { room_id = $"ghosts-{i % 7}" });
                // Half of them go before they are told.
                if ((i + worker) % 2 == 0)
                {
                    await client.ReceiveAsync();
                }
                if (i % 3 == 0)
                {
                    client.Reset();
                }
            }
        }));
        await Eventually.HoldsAsync("only the watcher is there", async () =>
        {
            var metrics = await own.MetricsAsync();
            return metrics["gohub_connected_clients"] == 1 && metrics["gohub_active_rooms"] == 0;
        });
        Assert.Equal(0, (await watcher.AskAsync("list_rooms", null, "rooms")).Data.GetProperty("rooms").GetArrayLength());
    }

    private static async Task EndAsync(WireClient client, string end)
    {
        switch (end)
        {
            case "close":
                await client.SendFrameAsync(ClientFrame.Close(1000));
                break;
            case "half close":
                client.ShutdownSend();
                break;
            case "reset":
                client.Reset();
                break;
            case "protocol error":
                await client.SendFrameAsync(new ClientFrame(5, new byte[3]));
                break;
            default:
                await client.SendFrameAsync(ClientFrame.Text("") with { AnnouncedLength = 1 << 30 });
                break;
        }
    }
}
