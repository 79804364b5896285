using System.Collections.Concurrent;
using GoHub.IntegrationTests.Vectors;

[assembly: AssemblyFixture(typeof(GoHub.ClusterTests.Vectors.NatsPairs))]
[assembly: AssemblyFixture(typeof(GoHub.ClusterTests.Vectors.RedisPairs))]

namespace GoHub.ClusterTests.Vectors;

/// <summary>Pairs of standalone servers on one bus; one pair for each set of options.</summary>
public abstract class ServerPairs : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<NodeProcess[]>>> _pairs = new();
    private BusServer? _bus;

    public async ValueTask InitializeAsync() => _bus = await StartBusAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var pair in _pairs.Values)
        {
            foreach (var node in await pair.Value)
            {
                await node.DisposeAsync();
            }
        }
        await _bus!.DisposeAsync();
    }

    internal Task<NodeProcess[]> GetAsync(IReadOnlyDictionary<string, string> config)
    {
        string[] options = [.. config.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}")];
        return _pairs.GetOrAdd(string.Join('\n', options), _ => new(() => StartAsync(options))).Value;
    }

    private protected abstract Task<BusServer> StartBusAsync();

    private protected abstract string[] BusOptions(int port);

    private async Task<NodeProcess[]> StartAsync(string[] options)
    {
        string[] all = [$"Cluster:Namespace=v{Guid.NewGuid():N}", .. BusOptions(_bus!.Port), .. options];
        var nodes = await Task.WhenAll(NodeProcess.StartNewAsync("a", all), NodeProcess.StartNewAsync("b", all));
        await Eventually.HoldsAsync("the nodes know each other", async () => (await nodes[0].MetricsAsync())["gohub_nodes"] == 2 && (await nodes[1].MetricsAsync())["gohub_nodes"] == 2);
        if (!options.Any(o => o.StartsWith("Auth:", StringComparison.Ordinal)))
        {
            // The first question to a node that has just started may take it longer than an answer is waited for, on a busy machine.
            foreach (var node in nodes)
            {
                await Eventually.HoldsAsync("all answer", () => AllAnswerAsync(node));
            }
        }
        return nodes;
    }

    private static async Task<bool> AllAnswerAsync(NodeProcess node)
    {
        await using var client = await WireClient.ConnectAsync(node.EndPoint);
        await client.SendAsync("list_rooms", null, 1);
        return !(await client.ReceiveAsync()).Data.ToString().Contains("missing", StringComparison.Ordinal);
    }
}

public sealed class NatsPairs : ServerPairs
{
    private protected override async Task<BusServer> StartBusAsync() => await NatsServer.StartNewAsync();

    private protected override string[] BusOptions(int port) => ["Cluster:Bus=nats", $"Cluster:Nats:Urls:0=nats://127.0.0.1:{port}"];
}

public sealed class RedisPairs : ServerPairs
{
    private protected override async Task<BusServer> StartBusAsync() => await RedisServer.StartNewAsync();

    private protected override string[] BusOptions(int port) => ["Cluster:Bus=redis", $"Cluster:Redis:Configuration=127.0.0.1:{port}"];
}

/// <summary>The wire vectors again, with their connections spread over the two nodes of a cluster: nobody can tell.</summary>
public abstract class ClusterVectors(ServerPairs pairs)
{
    // Across nodes a seat is free soon after it was left, not with it; ClusterBehaviour waits for it.
    private static readonly string[] NotAtOnce = ["a seat is free again after a leave", "a seat is free again after a close"];

    public static TheoryData<string, string> All => [.. Vector.All().Where(row => !NotAtOnce.Contains(row.Data.Item2))];

    [Theory, MemberData(nameof(All))]
    public async Task The_cluster_holds_the_dialogue(string file, string name)
    {
        var vector = Vector.Load(file, name);
        var nodes = await pairs.GetAsync(vector.Config);
        await using var run = new VectorRun([.. nodes.Select(n => n.EndPoint)]);
        await run.PlayAsync(vector);
    }
}

public sealed class VectorsOnNats(NatsPairs pairs) : ClusterVectors(pairs);

public sealed class VectorsOnRedis(RedisPairs pairs) : ClusterVectors(pairs);
