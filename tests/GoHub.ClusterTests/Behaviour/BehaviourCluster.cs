using GoHub.Bus;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.ClusterTests.Behaviour;

/// <summary>Two nodes, or twice the same one, for all tests of one class.</summary>
/// <remarks>Many tests use it one after the other: names of rooms and users must be unique to the test.</remarks>
public abstract class BehaviourCluster : IAsyncLifetime
{
    private readonly string _namespace = $"b{Guid.NewGuid():N}";
    private InProcessNode? _a;
    private InProcessNode? _b;

    internal InProcessNode A => _a ?? throw new InvalidOperationException("Not started.");

    internal InProcessNode B => _b ?? throw new InvalidOperationException("Not started.");

    public virtual bool IsCluster => true;

    public int Nodes => IsCluster ? 2 : 1;

    private protected virtual string[] Options => [];

    public async ValueTask InitializeAsync()
    {
        await StartBusAsync();
        string[] options = [$"Cluster:Namespace={_namespace}", .. Options];
        _a = await InProcessNode.StartNewAsync("a", Join, options);
        _b = IsCluster ? await InProcessNode.StartNewAsync("b", Join, options) : _a;
        await Eventually.HoldsAsync("the nodes know each other", () => A.Hub.Nodes.Count == Nodes && B.Hub.Nodes.Count == Nodes);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        IReadOnlyCollection<string> errors = [.. _a?.Errors ?? [], .. IsCluster ? _b?.Errors ?? [] : []];
        if (_a is not null)
        {
            await _a.DisposeAsync();
        }
        if (_b is not null && _b != _a)
        {
            await _b.DisposeAsync();
        }
        await StopBusAsync();
        Assert.Empty(errors);
    }

    private protected virtual Task StartBusAsync() => Task.CompletedTask;

    private protected virtual ValueTask StopBusAsync() => ValueTask.CompletedTask;

    private protected abstract void Join(GoHubBuilder hub);
}

/// <summary>One node, which both clients connect to.</summary>
public class OneNode : BehaviourCluster
{
    public override bool IsCluster => false;

    private protected override void Join(GoHubBuilder hub)
    {
    }
}

/// <summary>Two nodes joined in one process.</summary>
public class TwoInProcess : BehaviourCluster
{
    private readonly InProcessHub _hub = new();

    private protected override string[] Options => ["Cluster:Bus=in-process"];

    private protected override void Join(GoHubBuilder hub) => hub.Services.AddSingleton(new BusProvider("in-process", _ => new InProcessBus(_hub)));
}

/// <summary>Two nodes on NATS with JetStream.</summary>
public class TwoOnNats : BehaviourCluster
{
    private NatsServer? _server;

    private protected override async Task StartBusAsync() => _server = await NatsServer.StartNewAsync();

    private protected override ValueTask StopBusAsync() => _server!.DisposeAsync();

    private protected override void Join(GoHubBuilder hub) => hub.AddNats(_server!.Url);
}

/// <summary>Two nodes on Redis.</summary>
public class TwoOnRedis : BehaviourCluster
{
    private RedisServer? _server;

    private protected override async Task StartBusAsync() => _server = await RedisServer.StartNewAsync();

    private protected override ValueTask StopBusAsync() => _server!.DisposeAsync();

    private protected override void Join(GoHubBuilder hub) => hub.AddRedis($"127.0.0.1:{_server!.Port}");
}

/// <summary>Two nodes on Redis with sharded pub/sub.</summary>
public class TwoOnShardedRedis : TwoOnRedis
{
    private protected override string[] Options => ["Cluster:Redis:ShardedPubSub=true"];
}
