using GoHub.Bus;
using GoHub.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoHub.ClusterTests.Bus;

public sealed class RedisBusTests : ServerBusSpecification
{
    internal static RedisBus Create(int port, bool sharded = false) =>
        new(new GoHubClusterOptions { Redis = new GoHubRedisOptions { Configuration = $"127.0.0.1:{port}", ShardedPubSub = sharded } }, NullLogger<RedisBus>.Instance);

    private protected override async Task<BusServer> StartServerAsync() => await RedisServer.StartNewAsync();

    private protected override IClusterBus CreateBus(int port) => Create(port);
}

public sealed class ShardedRedisBusTests : ServerBusSpecification
{
    private protected override async Task<BusServer> StartServerAsync() => await RedisServer.StartNewAsync();

    private protected override IClusterBus CreateBus(int port) => RedisBusTests.Create(port, sharded: true);
}

public sealed class RedisSeatsTests(ITestOutputHelper output) : ServerSeatsSpecification(output)
{
    private protected override async Task<BusServer> StartServerAsync() => await RedisServer.StartNewAsync();

    private protected override IClusterBus CreateBus(int port) => RedisBusTests.Create(port);
}
