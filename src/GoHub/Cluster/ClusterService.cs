using GoHub.Bus;
using GoHub.Lifetime;
using GoHub.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>Joins the cluster before the first client comes, keeps the clock of everything in it, and leaves after the last has gone.</summary>
internal sealed class ClusterService(
    ClusterSettings settings, ClusterNode cluster, IClusterBus? bus, RoomPublisher? publisher, RoomSubscriptions? subscriptions, Func<RoomSeats?> seats,
    Revocations revocations, NodeState state, ILogger logger) : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a node waits for the others' first word, and for what they share. A cluster of one pays it once.</summary>
    private static readonly TimeSpan FirstWord = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SyncWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GoodbyeWithin = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private Task _ticking = Task.CompletedTask;
    private (bool Ready, bool Draining) _announced;
    private bool _joined;
    private bool _seated;
    private long _ticks;
    private int _disposed;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (bus is null)
        {
            return;
        }
        // Ends with Leave, and takes care of its own faults.
        _ = cluster.RunAsync();
        foreach (var subject in new[] { cluster.Subjects.Node(cluster.Self), cluster.Subjects.Control, cluster.Subjects.All })
        {
            // Remembered by the bus; they are there when it says that it is up.
            _ = SubscribeAsync(subject);
        }
        await bus.StartAsync(cluster, cancellationToken).ConfigureAwait(false);
        _ticking = TickAsync();
        if (cluster.IsUp && bus.Seats is null && settings.Capacity == RoomCapacity.Strict)
        {
            throw new StartupException(
                $"GoHub:Cluster:Capacity is 'Strict', but this {bus.Name} has nothing to hold the limits of rooms with. Turn JetStream on (nats-server -js), use redis, or set it to BestEffort.");
        }
        await SyncAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (bus is null)
        {
            return;
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(GoodbyeWithin);
        if (seats() is { } held)
        {
            await held.ReleaseAllAsync(deadline.Token).ConfigureAwait(false);
        }
        cluster.Leave();
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (bus is null || Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _ticking.ConfigureAwait(false);
        await bus.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task SubscribeAsync(string subject)
    {
        try
        {
            await bus!.SubscribeAsync(subject, _stopping.Token).ConfigureAwait(false);
        }
        catch (BusException e)
        {
            ClusterLog.SubscriptionWaits(logger, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The node leaves before the bus has come.
        }
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        if (!cluster.IsUp)
        {
            return;
        }
        await Task.Delay(FirstWord, cluster.Time, cancellationToken).ConfigureAwait(false);
        for (var waited = TimeSpan.Zero; cluster.IsSyncing && waited < SyncWithin; waited += Period / 5)
        {
            await Task.Delay(Period / 5, cluster.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    // At the first sight of the bus, which may be long after the start.
    private void Joined()
    {
        _joined = true;
        ClusterLog.Joined(logger, settings.Namespace, bus!.Name, cluster.Name, $"{cluster.Self:x16}");
        if (bus.Seats is not null || settings.Capacity == RoomCapacity.BestEffort)
        {
            return;
        }
        if (settings.Capacity == RoomCapacity.Strict)
        {
            ClusterLog.CapacityRefused(logger, bus.Name);
        }
        else
        {
            ClusterLog.CapacityBestEffort(logger);
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(Period, cluster.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                Tick();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node leaves.
        }
    }

    private void Tick()
    {
        try
        {
            cluster.Run(core =>
            {
                core.ForgetRevocations(cluster.Time.GetUtcNow().ToUnixTimeSeconds());
                return core.Tick(cluster.Now);
            });
            if (!_joined && cluster.IsUp)
            {
                Joined();
            }
            if (!_seated && seats() is not null)
            {
                _seated = true;
                cluster.Work.SeatAll();
            }
            var seen = (state.IsReady, state.IsDraining);
            if (seen != _announced)
            {
                _announced = seen;
                cluster.Run(core => core.Announce(cluster.Now));
            }
            subscriptions!.Tick();
            publisher!.Tick();
            if (++_ticks % 2 == 0)
            {
                seats()?.Tick();
            }
            if (_ticks % 240 == 0)
            {
                revocations.Sweep();
            }
        }
        catch (Exception e)
        {
            // The clock must go on: without it nobody is missed and nothing renewed.
            ClusterLog.TickFailed(logger, e);
        }
    }
}
