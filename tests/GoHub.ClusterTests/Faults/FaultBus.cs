using GoHub.ClusterTests.Proxy;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.ClusterTests.Faults;

/// <summary>A kind of bus, for tests that are the same on each.</summary>
public abstract class FaultBus
{
    /// <summary>One that keeps seats over a restart.</summary>
    internal abstract Task<BusServer> StartAsync();

    /// <summary>A node process' way to it.</summary>
    internal abstract string[] Options(FaultProxy proxy);

    /// <summary>The way of a node in the test's own process.</summary>
    internal abstract void Join(GoHubBuilder hub, FaultProxy proxy);

    public sealed override string ToString() => GetType().Name;
}

public sealed class OnNats : FaultBus
{
    internal override async Task<BusServer> StartAsync() => await NatsServer.StartNewAsync();

    internal override string[] Options(FaultProxy proxy) => ["Cluster:Bus=nats", $"Cluster:Nats:Urls:0={Url(proxy)}"];

    internal override void Join(GoHubBuilder hub, FaultProxy proxy) => hub.AddNats(Url(proxy));

    private static string Url(FaultProxy proxy) => $"nats://{proxy.EndPoint}";
}

public sealed class OnRedis : FaultBus
{
    internal override async Task<BusServer> StartAsync() => await RedisServer.StartNewAsync(keepsData: true);

    internal override string[] Options(FaultProxy proxy) => ["Cluster:Bus=redis", $"Cluster:Redis:Configuration={proxy.EndPoint}"];

    internal override void Join(GoHubBuilder hub, FaultProxy proxy) => hub.AddRedis(proxy.EndPoint.ToString());
}
