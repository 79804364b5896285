using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 18: a message that the bus cannot carry is refused before anybody gets it, and costs nobody the connection to the bus.</summary>
public sealed class Oversize
{
    [Fact]
    public async Task Nats_with_a_small_payload()
    {
        var folder = Directory.CreateTempSubdirectory("gohub-nats-");
        try
        {
            var config = Path.Combine(folder.FullName, "nats.conf");
            await File.WriteAllTextAsync(config, "max_payload: 4096\n", TestContext.Current.CancellationToken);
            await RunAsync("nats", ["-c", config], 4096, 1, "MaxMessageSize=65536");
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public Task Redis_with_sixteen_mebibytes() => RunAsync("redis", [], 16 * 1024 * 1024, 100, "MaxMessageSize=20971520", "SendQueue:MaxBytes=41943040");

    private static async Task RunAsync(string bus, string[] serverOptions, int limit, int precision, params string[] options)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus, serverOptions, 2, options);
        await using var a = await Caller.ConnectAsync(cluster.A, "alice");
        await using var neighbour = await Caller.ConnectAsync(cluster.A, "nina");
        await using var b = await Caller.ConnectAsync(cluster.B, "bob");
        foreach (var member in new[] { a, neighbour, b })
        {
            await member.JoinAsync("room");
        }
        var connections = await cluster.Bus.ConnectionsAsync();
        // The envelope is built by the node: where the edge is for the content, the answers show.
        int small = limit - 1000, large = limit + 1;
        Assert.True(await IsTakenAsync(small));
        Assert.False(await IsTakenAsync(large));
        while (large - small > precision)
        {
            var middle = (small + large) / 2;
            (small, large) = await IsTakenAsync(middle) ? (middle, large) : (small, middle);
        }
        foreach (var size in new[] { large, large + 1, large + 2, limit + 1000 })
        {
            Assert.False(await IsTakenAsync(size));
        }
        Assert.True(await IsTakenAsync(small));
        await a.Wire.SendAsync("direct_message", new { target_id = "bob", content = new string('x', limit) }, 8);
        await a.Wire.ExpectErrorAsync(4002);
        await b.HearsNothingFromAsync(a);
        Assert.Equal(connections, await cluster.Bus.ConnectionsAsync());
        Assert.Equal(0, (await RowCluster.MetricsAsync(cluster.A))["gohub_bus_outages_total"]);

        // Taken: both have it whole. Refused: nobody has it, and the next message comes.
        async Task<bool> IsTakenAsync(int size)
        {
            var content = new string('x', size);
            await a.Wire.SendAsync("room_message", new { room_id = "room", content }, 7);
            var answer = await a.Wire.ReceiveAsync();
            if (answer.Type == "ack")
            {
                Assert.Equal("bus", answer.Text("level"));
                await neighbour.HearsAsync("room", a, content);
                await b.HearsAsync("room", a, content);
                return true;
            }
            Assert.Equal(("error", 4002), (answer.Type, answer.ErrorCode));
            await a.SayAsync("room", "next");
            await neighbour.HearsAsync("room", a, "next");
            await b.HearsAsync("room", a, "next");
            return false;
        }
    }
}
