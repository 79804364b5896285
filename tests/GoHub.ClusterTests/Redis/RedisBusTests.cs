using GoHub.Bus;
using GoHub.ClusterTests.Bus;
using GoHub.ClusterTests.Proxy;

namespace GoHub.ClusterTests.Redis;

/// <summary>One redis-server for the tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    internal RedisServer Server { get; } = new();

    public async ValueTask InitializeAsync() => await Server.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Redis keeps what every bus promises; each node reaches it on a way of its own.</summary>
public sealed class RedisBusTests(RedisFixture redis) : BusSpecification, IClassFixture<RedisFixture>
{
    private readonly Dictionary<IClusterBus, FaultProxy> _ways = [];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var way in _ways.Values)
        {
            await way.DisposeAsync();
        }
    }

    private protected override Task<IClusterBus> CreateAsync()
    {
        var way = FaultProxy.Start(redis.Server.EndPoint);
        var bus = RedisNode.Create(way.EndPoint);
        _ways[bus] = way;
        return Task.FromResult<IClusterBus>(bus);
    }

    private protected override void Cut(IClusterBus bus) => _ways[bus].Refuse();

    private protected override void Restore(IClusterBus bus) => _ways[bus].Heal();
}
