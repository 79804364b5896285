using System.Diagnostics;

namespace GoHub.IntegrationTests.Delivery;

/// <summary>Who listens in silence stays; who is dead goes within the stated time.</summary>
public sealed class KeepAlive(KeepAlive.Server server) : IClassFixture<KeepAlive.Server>
{
    private const double Idle = 3;

    // "A dead peer is gone within this time plus 4 s"; two busy cores may need some more.
    private const double Latest = Idle + 4 + 4;

    private readonly ServerProcess _server = server.Process;

    public sealed class Server() : OwnServer("KeepAliveInterval=00:00:01", $"IdleTimeout=00:00:0{Idle}");

    [Fact]
    public async Task A_silent_listener_that_answers_pings_stays()
    {
        await using var listener = await WireClient.ConnectAsync(_server.EndPoint);
        await listener.JoinAsync("listeners");
        var clock = Stopwatch.StartNew();
        var pings = 0;
        while (clock.Elapsed < TimeSpan.FromSeconds(3 * Idle))
        {
            var frame = await listener.ReadFrameAsync();
            Assert.True(frame?.Opcode == Opcode.Ping, $"A ping was expected; got {frame}.");
            await listener.SendFrameAsync(new ClientFrame(Opcode.Pong, frame!.Payload));
            pings++;
        }
        Assert.InRange(pings, 2, 20);
        await using var sender = await WireClient.ConnectAsync(_server.EndPoint);
        await sender.JoinAsync("listeners");
        await sender.SendAsync("room_message", new { room_id = "listeners", content = "there?" });
        Assert.Equal("there?", (await listener.ExpectAsync("room_message")).Text("content"));
    }

    [Fact]
    public async Task A_dead_peer_is_gone_in_time_and_out_of_its_rooms()
    {
        await using var watcher = await WireClient.ConnectAsync(_server.EndPoint);
        await using var dead = await WireClient.ConnectAsync(_server.EndPoint);
        await dead.JoinAsync("dead");
        var clock = Stopwatch.StartNew();
        await Eventually.HoldsAsync("the room of the dead is gone", async () =>
        {
            await watcher.SendAsync("room_members", new { room_id = "dead" });
            return (await watcher.ReceiveAsync()).Type == "error";
        }, TimeSpan.FromSeconds(Latest));
        Assert.InRange(clock.Elapsed.TotalSeconds, Idle - 1.5, Latest);
        Assert.Equal(4408, (await dead.ReadCloseAsync())?.CloseCode);
    }

    [Fact]
    public async Task Half_a_frame_does_not_keep_a_connection()
    {
        await using var client = await WireClient.ConnectAsync(_server.EndPoint);
        await client.SendBytesAsync(ClientFrame.Text(new string('x', 1000)).ToBytes().AsMemory(0, 500));
        var clock = Stopwatch.StartNew();
        // Pings are read and left without an answer: nothing whole comes from this peer any more.
        var close = await ReadOnAsync(client);
        Assert.True(close is null || close.CloseCode == 4408, $"{close}");
        Assert.InRange(clock.Elapsed.TotalSeconds, Idle - 1.5, Latest);
    }

    [Fact]
    public async Task Data_counts_as_life_without_a_pong()
    {
        await using var client = await WireClient.ConnectAsync(_server.EndPoint);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 2 * Idle; i++)
        {
            await client.SendAsync("echo", i);
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        var replies = 0;
        while (replies < 2 * Idle)
        {
            var frame = await client.ReadFrameAsync();
            Assert.True(frame is { Opcode: Opcode.Ping or Opcode.Text }, $"{frame}");
            replies += frame!.Opcode == Opcode.Text ? 1 : 0;
        }
    }

    private static async Task<ServerFrame?> ReadOnAsync(WireClient client)
    {
        while (await client.ReadFrameAsync(TimeSpan.FromSeconds(Latest + 5)) is { } frame)
        {
            if (frame.Opcode == Opcode.Close)
            {
                return frame;
            }
        }
        return null;
    }
}
