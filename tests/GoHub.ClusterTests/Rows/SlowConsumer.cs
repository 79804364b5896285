using GoHub.ClusterTests.Behaviour;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 9: a node does not take what the bus has for it, until the bus cuts it off. It comes back and tells its clients that something is missing.</summary>
public sealed class SlowConsumer
{
    [Fact]
    public Task Redis_with_a_small_buffer() => RunAsync("redis", ["--client-output-buffer-limit", "pubsub", "1mb", "256kb", "2"]);

    [Fact]
    public async Task Nats_with_little_pending()
    {
        var folder = Directory.CreateTempSubdirectory("gohub-nats-");
        try
        {
            var config = Path.Combine(folder.FullName, "nats.conf");
            await File.WriteAllTextAsync(config, "max_pending: 2097152\nwrite_deadline: \"2s\"\n", TestContext.Current.CancellationToken);
            await RunAsync("nats", ["-c", config]);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static async Task RunAsync(string bus, string[] serverOptions)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus, serverOptions, 1);
        await using var proxy = FaultProxy.Start(cluster.Bus.Server.EndPoint);
        await using var node = await InProcessNode.StartNewAsync("b", hub => cluster.Bus.Join(hub, proxy.EndPoint), $"Cluster:Namespace={cluster.Namespace}", "Rooms:AutoCreate=true");
        await Eventually.HoldsAsync("they know each other", () => cluster.A.Hub.Nodes.Count == 2 && node.Hub.Nodes.Count == 2);
        await using var a = await Caller.ConnectAsync(cluster.A);
        await using var b = await Caller.ConnectAsync(node);
        await using var near = await Caller.ConnectAsync(node);
        foreach (var member in new[] { a, b, near })
        {
            await member.JoinAsync("room");
        }
        // Nothing comes down any more; the sockets' own buffers fill up, then the server's for this node.
        proxy.Down.Faults = LinkFaults.None with { Passage = Passage.Frozen };
        var content = new string('x', 50_000);
        await Eventually.HoldsAsync("the node has noticed", async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await a.Wire.SendAsync("room_message", new { room_id = "room", content });
            }
            await a.Wire.ExpectAliveAsync();
            return (await RowCluster.MetricsAsync(node))["gohub_bus_outages_total"] > 0;
        });
        await Eventually.HoldsAsync("it was the server that ended it", async () => await cluster.Bus.CutOffAsync() > 0);
        // Those here reach each other meanwhile.
        await near.Wire.SendAsync("room_message", new { room_id = "room", content = "near" });
        var told = await UntilAsync(b, "near");
        proxy.Heal();
        told.AddRange(await Deaf.HearsAgainAsync(a, b, "room", TimeSpan.FromSeconds(20)));
        await Deaf.IsToldOfGapAsync(b, told);
        Assert.True(node.Hub.Nodes.IsConnected);
        Assert.Equal(1, node.Hub.Nodes.Outages);
        Assert.Empty(node.Errors);
        Assert.Equal(0, (await RowCluster.MetricsAsync(cluster.A))["gohub_bus_outages_total"]);
    }

    private static async Task<List<string>> UntilAsync(Caller hearer, string content)
    {
        var told = new List<string>();
        while (await hearer.Wire.ReceiveAsync() is var message && !(message.Type == "room_message" && message.Text("content") == content))
        {
            told.Add(message.Type);
        }
        return told;
    }
}
