namespace GoHub.Testing;

/// <summary>The clock of a test cluster: it runs as the machine's does, and can be moved ahead.</summary>
/// <remarks>Every time-out, lease, token and timer of nodes and clients goes by it. Threads: any.</remarks>
public sealed class GoHubTestClock : TimeProvider
{
    /// <summary>The longest step in which <see cref="AdvanceAsync"/> moves on: a quarter of the shortest pause after which nodes and clients miss one another's word.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly HashSet<ClockTimer> _timers = [];
    private long _ahead; // Ticks of 100 ns.

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far it is ahead of the machine's clock.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _ahead);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => CreateTimer(callback, state, dueTime, period, null);

    /// <summary>Moves the clock ahead, in steps of 250 ms, so that nodes go on hearing from each other: what would have happened meanwhile happens, in its order.</summary>
    /// <param name="by">More than zero. A minute takes about a second.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is zero or less: time does not go back.</exception>
    public async Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(by, TimeSpan.Zero);
        for (var left = by; left > TimeSpan.Zero; left -= Step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Jump(left < Step ? left : Step);
            // What the timers have begun must get its turn before the next step.
            await Task.Delay(TimeSpan.FromMilliseconds(1), System, cancellationToken).ConfigureAwait(false);
        }
    }

    internal ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, Gate? gate)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ClockTimer(this, callback, state, gate);
        lock (_gate)
        {
            _timers.Add(timer);
        }
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Forget(ClockTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private void Jump(TimeSpan by)
    {
        Interlocked.Add(ref _ahead, by.Ticks);
        ClockTimer[] timers;
        lock (_gate)
        {
            timers = [.. _timers];
        }
        foreach (var timer in timers.OrderBy(static t => t.Due))
        {
            timer.LookAgain();
        }
    }
}
