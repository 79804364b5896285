using GoHub.Bus;

namespace GoHub.ClusterTests.Bus;

public sealed class InProcessBusTests : BusSpecification
{
    private readonly InProcessHub _hub = new();

    private protected override Task<IClusterBus> CreateAsync() => Task.FromResult<IClusterBus>(new InProcessBus(_hub));

    private protected override void Cut(IClusterBus bus) => ((InProcessBus)bus).Disconnect("cut");

    private protected override void Restore(IClusterBus bus) => ((InProcessBus)bus).Connect();
}
