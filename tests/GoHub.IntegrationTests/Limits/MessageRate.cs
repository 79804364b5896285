namespace GoHub.IntegrationTests.Limits;

/// <summary>Messages per second: what is too much is dropped and answered 1005, and who keeps on is closed.</summary>
public sealed class MessageRate
{
    [Fact]
    public async Task Too_many_messages_are_answered_1005_and_the_connection_lives()
    {
        await using var server = await ServerProcess.StartAsync("Limits:MessagesPerSecond=10");
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        const int Count = 35;
        for (var i = 1; i <= Count; i++)
        {
            await client.SendAsync("echo", i, i);
        }
        var (answered, refused) = (0, 0);
        for (var i = 1; i <= Count; i++)
        {
            var reply = await client.ReceiveAsync();
            if (reply.Type == "error")
            {
                Assert.Equal(1005, reply.ErrorCode);
                refused++;
            }
            else
            {
                answered++;
            }
        }
        // The burst may be twice the rate, and a slow run may earn some more.
        Assert.InRange(answered, 10, 33);
        Assert.Equal(Count, answered + refused);
        await Eventually.HoldsAsync("it may speak again", async () =>
        {
            await client.SendAsync("ping");
            return (await client.ReceiveAsync()).Type == "pong";
        });
    }

    [Fact]
    public async Task A_dropped_message_is_not_carried_out()
    {
        await using var server = await ServerProcess.StartAsync("Limits:MessagesPerSecond=5", "Limits:RoomsPerConnection=0");
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync("join_room", new { room_id = $"r{i}" }, i + 1);
        }
        var joined = 0;
        for (var i = 0; i < 20; i++)
        {
            joined += (await client.ReceiveAsync()).Type == "room_joined" ? 1 : 0;
        }
        Assert.InRange(joined, 5, 19);
        Assert.Equal(joined, (await server.MetricsAsync())["gohub_active_rooms"]);
    }

    [Fact]
    public async Task Who_keeps_on_is_closed_with_4429_and_nobody_else_is()
    {
        await using var server = await ServerProcess.StartAsync("Limits:MessagesPerSecond=10");
        await using var quiet = await WireClient.ConnectAsync(server.EndPoint);
        await using var flooder = await WireClient.ConnectAsync(server.EndPoint);
        var flood = Enumerable.Range(0, 200).SelectMany(i => ClientFrame.Text("""{"message_type":"ping"}""").ToBytes()).ToArray();
        using var done = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested && await flooder.TrySendBytesAsync(flood))
            {
                await Task.Yield();
            }
        }, TestContext.Current.CancellationToken);
        var close = await flooder.ReadCloseAsync(TimeSpan.FromSeconds(30));
        await done.CancelAsync();
        await sending;
        Assert.Equal(4429, close?.CloseCode);
        await quiet.ExpectAliveAsync();
    }

    [Fact]
    public async Task Other_connections_have_their_own_allowance()
    {
        await using var server = await ServerProcess.StartAsync("Limits:MessagesPerSecond=5");
        await using var busy = await WireClient.ConnectAsync(server.EndPoint);
        for (var i = 0; i < 15; i++)
        {
            await busy.SendAsync("ping");
        }
        await using var other = await WireClient.ConnectAsync(server.EndPoint);
        for (var i = 0; i < 5; i++)
        {
            await other.ExpectAliveAsync();
        }
    }
}
