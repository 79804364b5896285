using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>Nodes as processes of their own on one bus.</summary>
/// <remarks>Owner: the test.</remarks>
internal sealed class RowNodes : IAsyncDisposable
{
    private readonly NodeProcess[] _nodes;

    private RowNodes(RowBus bus, NodeProcess[] nodes) => (Bus, _nodes) = (bus, nodes);

    public RowBus Bus { get; }

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    public static async Task<RowNodes> StartNewAsync(string bus, int nodes, params string[] options)
    {
        var server = await RowBus.StartNewAsync(bus);
        var started = await Task.WhenAll(Enumerable.Range(0, nodes).Select(i => NodeProcess.StartNewAsync($"n{i}", [.. server.NodeOptions(), "Cluster:Namespace=rows", "Rooms:AutoCreate=true", .. options])));
        var all = new RowNodes(server, started);
        foreach (var node in started)
        {
            await KnowsAsync(node, nodes);
        }
        return all;
    }

    public static Task KnowsAsync(NodeProcess node, int count) => Eventually.HoldsAsync($"{node.Name} knows {count} nodes", async () => (int)(await node.MetricsAsync())["gohub_nodes"] == count);

    public static async Task<Caller> ConnectAsync(NodeProcess node, string? user = null)
    {
        var wire = await node.ConnectAsync(Handshake.Welcome(user is null ? null : TestTokens.For(user, [.. TestTokens.Everything, "admin:room"])));
        return new Caller(wire, (await wire.ExpectAsync("welcome")).Text("client_id"), user);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
        await Bus.DisposeAsync();
    }
}
