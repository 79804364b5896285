using System.Diagnostics;

namespace GoHub.IntegrationTests.Engine;

/// <summary>Members that never read, under every policy: the server's memory stays bounded and the others hear everything.</summary>
public sealed class StalledMembers
{
    private const int Deaf = 20;
    private const int Quick = 10;
    private const int Messages = 2000;

    private static readonly string Content = new('x', 8_000);

    [Theory]
    [InlineData("Disconnect")]
    [InlineData("DropOldest")]
    [InlineData("DropNewest")]
    public async Task They_cost_a_bounded_memory_and_nobody_a_message(string policy)
    {
        await using var server = await ServerProcess.StartAsync(
            [.. SharedServer.Options, "Loops=4", $"SendQueue:WhenFull={policy}", "SendQueue:MaxMessages=64", "WriteTimeout=00:05:00", "IdleTimeout=00:05:00"]);
        await using var publisher = await JoinAsync(server);
        var deaf = await Task.WhenAll(Enumerable.Range(0, Deaf).Select(_ => JoinDeafAsync(server)));
        var quick = await Task.WhenAll(Enumerable.Range(0, Quick).Select(_ => JoinAsync(server)));
        var before = server.ResidentBytes();
        // A quick member is one that keeps up, however busy the machine of the test is.
        var ahead = quick.Select(_ => new SemaphoreSlim(32)).ToArray();
        var reading = quick.Zip(ahead, ReadAllAsync).ToArray();
        for (var i = 0; i < Messages; i++)
        {
            await Task.WhenAll(ahead.Select(a => a.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)));
            await publisher.SendAsync("room_message", new { room_id = "hall", content = $"{i} {Content}" }, i + 1);
            await publisher.ExpectAsync("ack");
        }

        // They read while it is published, so the last has little more to do.
        var worst = await Task.WhenAll(reading);
        Assert.InRange(worst.Max().TotalSeconds, 0, 5);
        // Unbounded it would be 16 MB for each of the deaf, 320 MB in all.
        Assert.InRange(server.ResidentBytes() - before, long.MinValue, 100L << 20);
        await ExpectPolicyAsync(policy, server, deaf);
        foreach (var client in quick.Concat(deaf))
        {
            await client.DisposeAsync();
        }
    }

    private static async Task ExpectPolicyAsync(string policy, ServerProcess server, WireClient[] deaf)
    {
        var metrics = await server.MetricsAsync();
        if (policy == "Disconnect")
        {
            await Eventually.HoldsAsync("the deaf are gone", async () => (await server.MetricsAsync())["gohub_connected_clients"] == Quick + 1);
            Assert.InRange(metrics["gohub_messages_dropped_total"], Deaf, double.MaxValue);
            return;
        }
        Assert.Equal(Deaf + Quick + 1, metrics["gohub_connected_clients"]);
        Assert.InRange(metrics["gohub_messages_dropped_total"], Deaf * Messages / 2, Deaf * Messages);
        var last = await Task.WhenAll(deaf.Select(ReadWhatWasKeptAsync));
        Assert.All(last, number => Assert.Equal(policy == "DropOldest", number == Messages - 1));
    }

    /// <summary>What was kept is in order and whole, and the connection is as good as before.</summary>
    /// <returns>The last number.</returns>
    private static async Task<int> ReadWhatWasKeptAsync(WireClient client)
    {
        var last = -1;
        try
        {
            while (await client.ExpectAsync("room_message", TimeSpan.FromSeconds(2)) is var message)
            {
                var number = int.Parse(message.Text("content").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(number > last, $"{number} came after {last}.");
                last = number;
            }
        }
        catch (TimeoutException)
        {
            // That was all: nothing is published any more.
        }
        await client.ExpectAliveAsync();
        return last;
    }

    /// <returns>The longest wait between two messages.</returns>
    private static async Task<TimeSpan> ReadAllAsync(WireClient client, SemaphoreSlim ahead)
    {
        var worst = TimeSpan.Zero;
        for (var i = 0; i < Messages; i++)
        {
            var clock = Stopwatch.StartNew();
            Assert.StartsWith($"{i} ", (await client.ExpectAsync("room_message", TimeSpan.FromSeconds(30))).Text("content"), StringComparison.Ordinal);
            worst = clock.Elapsed > worst ? clock.Elapsed : worst;
            ahead.Release();
        }
        return worst;
    }

    private static async Task<WireClient> JoinAsync(ServerProcess server)
    {
        var client = await WireClient.ConnectAsync(server.EndPoint);
        await client.JoinAsync("hall");
        return client;
    }

    private static async Task<WireClient> JoinDeafAsync(ServerProcess server)
    {
        var client = await WireClient.OpenAsync(server.EndPoint, receiveBuffer: 4096);
        await client.UpgradeAsync(server.EndPoint);
        await client.JoinAsync("hall");
        return client;
    }
}
