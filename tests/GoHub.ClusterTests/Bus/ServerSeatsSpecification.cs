using System.Collections.Concurrent;
using GoHub.Bus;

namespace GoHub.ClusterTests.Bus;

/// <summary>Seats kept by a bus server.</summary>
public abstract class ServerSeatsSpecification(ITestOutputHelper output) : SeatsSpecification(output), IAsyncLifetime
{
    private readonly ConcurrentBag<IClusterBus> _buses = [];
    private BusServer? _server;

    private protected abstract Task<BusServer> StartServerAsync();

    private protected abstract IClusterBus CreateBus(int port);

    public async ValueTask InitializeAsync() => _server = await StartServerAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_says_so_soon()
    {
        var store = await CreateAsync();
        await _server!.KillAsync();
        await Assert.ThrowsAsync<BusException>(() => store.HoldAsync("room", 1, 1, 1, CancellationToken.None).AsTask().WaitAsync(Eventually.Soon, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_store_that_says_nothing_is_not_waited_for_for_ever()
    {
        var store = await CreateAsync();
        Assert.Equal(1, await store.HoldAsync("room", 1, 1, 1, TestContext.Current.CancellationToken));
        _server!.Pause();
        try
        {
            await Assert.ThrowsAsync<BusException>(() => store.HoldAsync("room", 1, 1, 1, CancellationToken.None).AsTask().WaitAsync(Eventually.Soon, TestContext.Current.CancellationToken));
        }
        finally
        {
            _server.Resume();
        }
        await Eventually.HoldsAsync("it answers again", async () =>
        {
            try
            {
                return await store.HoldAsync("room", 1, 1, 1, CancellationToken.None) == 1;
            }
            catch (BusException)
            {
                return false;
            }
        });
    }

    private protected override async Task<ISeatStore> CreateAsync()
    {
        var bus = CreateBus(_server!.Port);
        _buses.Add(bus);
        var told = new RecordingReceiver();
        await bus.StartAsync(told, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the bus is up", () => told.IsUp);
        return bus.Seats ?? throw new InvalidOperationException("No seats.");
    }
}
