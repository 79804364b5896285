using System.Net;

namespace GoHub.ClusterTests.Rows;

/// <summary>Nodes in the test's process on one bus.</summary>
/// <remarks>Owner: the test. Nodes that logged an error fail it, unless the test takes the errors as its matter.</remarks>
internal sealed class RowCluster : IAsyncDisposable
{
    private readonly List<InProcessNode> _nodes = [];

    private RowCluster(RowBus bus) => Bus = bus;

    public RowBus Bus { get; }

    public IReadOnlyList<InProcessNode> Nodes => _nodes;

    public InProcessNode A => _nodes[0];

    public InProcessNode B => _nodes[1];

    public string Namespace { get; } = $"rows{Guid.NewGuid():N}"[..16];

    public bool MayLogErrors { get; set; }

    public static async Task<RowCluster> StartNewAsync(string bus, string[] serverOptions, int nodes, params string[] options)
    {
        var cluster = new RowCluster(await RowBus.StartNewAsync(bus, serverOptions));
        for (var i = 0; i < nodes; i++)
        {
            await cluster.AddAsync($"{(char)('a' + i)}", null, options);
        }
        await cluster.MeetAsync();
        return cluster;
    }

    public static Task<RowCluster> StartNewAsync(string bus, params string[] options) => StartNewAsync(bus, [], 2, options);

    public async Task<InProcessNode> AddAsync(string name, IPEndPoint? via, params string[] options)
    {
        var node = await InProcessNode.StartNewAsync(name, hub => Bus.Join(hub, via), [$"Cluster:Namespace={Namespace}", "Rooms:AutoCreate=true", .. options]);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Waits until each node knows all.</summary>
    public Task MeetAsync() => Eventually.HoldsAsync("the nodes know each other", () => _nodes.All(n => n.Hub.Nodes.Count == _nodes.Count));

    public static async Task<Metrics> MetricsAsync(InProcessNode node)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return Metrics.Parse(await http.GetStringAsync(new Uri($"http://{node.EndPoint}/metrics"), TestContext.Current.CancellationToken));
    }

    /// <summary>How many frames of a kind a node has got from others.</summary>
    public static async Task<long> ReceivedAsync(InProcessNode node, string kind) =>
        (await MetricsAsync(node)).Text.Split('\n').Where(l => l.StartsWith("gohub_bus_frames_received_total", StringComparison.Ordinal) && l.Contains($"kind=\"{kind}\"", StringComparison.Ordinal))
            .Select(l => long.Parse(l[(l.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], System.Globalization.CultureInfo.InvariantCulture)).Sum();

    public async ValueTask DisposeAsync()
    {
        var errors = _nodes.SelectMany(n => n.Errors).ToArray();
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
        await Bus.DisposeAsync();
        if (!MayLogErrors)
        {
            Assert.Empty(errors);
        }
    }
}
