using GoHub.Bus;
using GoHub.Nats;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoHub.ClusterTests.Bus;

public sealed class NatsBusTests : ServerBusSpecification
{
    internal static NatsBus Create(int port)
    {
        var cluster = new GoHubClusterOptions();
        cluster.Nats.Urls.Add($"nats://127.0.0.1:{port}");
        return new NatsBus(new NatsSettings(cluster), TimeProvider.System, NullLogger<NatsBus>.Instance);
    }

    private protected override async Task<BusServer> StartServerAsync() => await NatsServer.StartNewAsync(jetStream: false);

    private protected override IClusterBus CreateBus(int port) => Create(port);
}

public sealed class NatsSeatsTests(ITestOutputHelper output) : ServerSeatsSpecification(output)
{
    private protected override async Task<BusServer> StartServerAsync() => await NatsServer.StartNewAsync();

    private protected override IClusterBus CreateBus(int port) => NatsBusTests.Create(port);
}
