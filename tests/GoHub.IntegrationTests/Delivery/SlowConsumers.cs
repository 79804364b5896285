using System.Diagnostics;

namespace GoHub.IntegrationTests.Delivery;

/// <summary>A hundred members of a room who never read, among thirty who do.</summary>
public sealed class SlowConsumers
{
    private const int Slow = 100;
    private const int Quick = 30;
    private const int MostRounds = 250;

    // Large, so that the kernel's buffers (some megabytes a connection) fill up soon.
    private static readonly string Content = new('x', 60_000);

    [Fact]
    public async Task They_are_closed_and_hurt_nobody_else()
    {
        await using var server = await ServerProcess.StartAsync("SendQueue:MaxMessages=16", "WriteTimeout=00:00:30", "Limits:ConnectionsPerIp=0");
        await using var publisher = await WireClient.ConnectAsync(server.EndPoint);
        await publisher.JoinAsync("hall");
        var slow = await Task.WhenAll(Enumerable.Range(0, Slow).Select(_ => JoinDeafAsync(server)));
        var quick = await Task.WhenAll(Enumerable.Range(0, Quick).Select(_ => JoinAsync(server)));
        var before = server.ResidentBytes();

        var worst = TimeSpan.Zero;
        var rounds = 0;
        while (rounds < MostRounds && (await server.MetricsAsync())["gohub_connected_clients"] > Quick + 1)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 10; i++, rounds++)
            {
                await publisher.SendAsync("room_message", new { room_id = "hall", content = Content }, rounds + 1);
                await publisher.ExpectAsync("ack");
                await Task.WhenAll(quick.Select(q => q.ExpectAsync("room_message")));
            }
            worst = clock.Elapsed > worst ? clock.Elapsed : worst;
        }

        // Ten rounds to thirty members are 18 MB; with two busy cores a second each would be very slow.
        Assert.InRange(worst.TotalSeconds, 0, 10);
        await Eventually.HoldsAsync("the slow ones are gone", async () => (await server.MetricsAsync())["gohub_connected_clients"] == Quick + 1);
        foreach (var client in quick)
        {
            await client.ExpectAliveAsync();
        }
        Assert.InRange(server.ResidentBytes() - before, long.MinValue, 400L << 20);
        var codes = await Task.WhenAll(slow.Select(EndOfAsync));
        Assert.All(codes, c => Assert.Contains(c, new[] { "4508", "cut" }));
        var dropped = (await server.MetricsAsync())["gohub_messages_dropped_total"];
        Assert.True(dropped > 0 || codes.Contains("4508"), "Nothing tells that slow consumers were closed.");
        foreach (var client in slow.Concat(quick))
        {
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("DropOldest")]
    [InlineData("DropNewest")]
    public async Task Where_messages_are_dropped_instead_the_connection_stays_and_they_are_counted(string policy)
    {
        await using var server = await ServerProcess.StartAsync($"SendQueue:WhenFull={policy}", "SendQueue:MaxMessages=8", "WriteTimeout=00:00:00", "IdleTimeout=00:00:00");
        await using var publisher = await WireClient.ConnectAsync(server.EndPoint);
        await publisher.JoinAsync("hall");
        await using var deaf = await JoinDeafAsync(server);
        var sent = 0;
        while (sent < 1000 && (await server.MetricsAsync())["gohub_messages_dropped_total"] < 20)
        {
            for (var i = 0; i < 20; i++)
            {
                await publisher.SendAsync("room_message", new { room_id = "hall", content = $"{sent++:D6}{Content}" }, sent);
                await publisher.ExpectAsync("ack");
            }
        }
        var dropped = (int)(await server.MetricsAsync())["gohub_messages_dropped_total"];
        Assert.InRange(dropped, 20, sent);

        var received = new List<int>();
        while (received.Count < sent - dropped)
        {
            var content = (await deaf.ExpectAsync("room_message")).Text("content");
            received.Add(int.Parse(content.AsSpan(0, 6), System.Globalization.CultureInfo.InvariantCulture));
        }
        await deaf.ExpectAliveAsync();
        Assert.Equal(received.Order(), received);
        Assert.Equal(received.Count, received.Distinct().Count());
        // The oldest waiting go, or the newest do not come in.
        Assert.Equal(policy == "DropOldest", received[^1] == sent - 1);
        Assert.Equal(0, received[0]);
    }

    [Fact]
    public async Task Who_takes_nothing_within_the_write_timeout_is_cut_though_the_queue_has_room()
    {
        await using var server = await ServerProcess.StartAsync(
            "SendQueue:MaxMessages=100000", "SendQueue:MaxBytes=1000000000", "WriteTimeout=00:00:02", "IdleTimeout=00:05:00", "KeepAliveInterval=00:02:00");
        await using var publisher = await WireClient.ConnectAsync(server.EndPoint);
        await publisher.JoinAsync("hall");
        await using var deaf = await JoinDeafAsync(server);
        for (var i = 0; i < 300; i++)
        {
            await publisher.SendAsync("room_message", new { room_id = "hall", content = Content }, i + 1);
            await publisher.ExpectAsync("ack");
        }
        await Eventually.HoldsAsync("the deaf one is cut", async () => (await server.MetricsAsync())["gohub_connected_clients"] == 1, TimeSpan.FromSeconds(15));
        Assert.Contains(await EndOfAsync(deaf), new[] { "4508", "cut" });
    }

    private static async Task<WireClient> JoinAsync(ServerProcess server)
    {
        var client = await WireClient.ConnectAsync(server.EndPoint);
        await client.JoinAsync("hall");
        return client;
    }

    // A small receive buffer, so that little fits between the server and its deaf ear.
    private static async Task<WireClient> JoinDeafAsync(ServerProcess server)
    {
        var client = await WireClient.OpenAsync(server.EndPoint, receiveBuffer: 4096);
        await client.UpgradeAsync(server.EndPoint);
        await client.JoinAsync("hall");
        return client;
    }

    private static async Task<string> EndOfAsync(WireClient client)
    {
        var close = await client.ReadCloseAsync();
        return close is null ? "cut" : $"{close.CloseCode}";
    }
}
