using GoHub.ClusterTests.Hosting;

namespace GoHub.IntegrationTests.Operations;

/// <summary><c>GET /cluster</c>.</summary>
public sealed class ClusterView(SharedServer server)
{
    [Fact]
    public async Task A_node_on_its_own_is_a_cluster_of_one()
    {
        var view = JsonNode.Parse(await server.Process.GetAsync("/cluster"))!;
        Assert.Equal(["namespace", "bus", "connected", "nodes", "connections", "rooms", "missing"], view.AsObject().Select(p => p.Key));
        Assert.Equal(("gohub", "none", true), ((string?)view["namespace"], (string?)view["bus"], (bool)view["connected"]!));
        var node = Assert.Single(view["nodes"]!.AsArray())!;
        Assert.Equal(["node_id", "name", "status", "version", "connections", "rooms", "started_at"], node.AsObject().Select(p => p.Key));
        Assert.Equal("ready", (string?)node["status"]);
        Assert.Matches("^[0-9a-f]{16}$", (string?)node["node_id"]);
        Assert.Empty(view["missing"]!.AsArray());
    }

    [Fact]
    public async Task It_sums_what_the_nodes_say_and_tells_when_the_bus_is_down()
    {
        await using var bus = await RedisServer.StartNewAsync();
        string[] options = ["Cluster:Bus=Redis", "Cluster:Namespace=view", $"Cluster:Redis:Configuration=127.0.0.1:{bus.Port}"];
        await using var first = await ServerProcess.StartAsync([.. options, "Cluster:NodeName=first"]);
        await using var second = await ServerProcess.StartAsync([.. options, "Cluster:NodeName=second"]);
        await using var here = await WireClient.ConnectAsync(first.EndPoint);
        await using var there = await WireClient.ConnectAsync(second.EndPoint);
        JsonNode view = null!;
        await Eventually.HoldsAsync("both connections are counted", async () =>
        {
            view = JsonNode.Parse(await first.GetAsync("/cluster"))!;
            return (int)view["connections"]! == 2;
        });
        Assert.Equal(("view", "redis", true), ((string?)view["namespace"], (string?)view["bus"], (bool)view["connected"]!));
        Assert.Equal(["first", "second"], view["nodes"]!.AsArray().Select(n => (string?)n!["name"]));

        await bus.KillAsync();
        await Eventually.HoldsAsync("the node says that it is cut off", async () =>
        {
            view = JsonNode.Parse(await first.GetAsync("/cluster"))!;
            return !(bool)view["connected"]!;
        });
        Assert.Equal([(string?)view["nodes"]![1]!["node_id"]], view["missing"]!.AsArray().Select(m => (string?)m));
        Assert.Equal("degraded", (string?)JsonNode.Parse(await first.GetAsync("/health"))!["status"]);
    }
}
