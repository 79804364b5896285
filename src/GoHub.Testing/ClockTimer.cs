namespace GoHub.Testing;

/// <summary>A timer of a <see cref="GoHubTestClock"/>: the machine's timer, set anew whenever the clock is moved.</summary>
/// <remarks>Owner of its due time. Threads: any; the callback runs in the thread pool, once for each time it is due.</remarks>
internal sealed class ClockTimer : ITimer
{
    private const long Never = long.MaxValue;

    private readonly Lock _lock = new();
    private readonly GoHubTestClock _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly Gate? _gate;
    private readonly ITimer _real;
    private long _due = Never; // A timestamp of the clock.
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _disposed;

    /// <param name="clock">Whose time it goes by.</param>
    /// <param name="callback">What is to be done.</param>
    /// <param name="state">What it is done with.</param>
    /// <param name="gate">While it is closed nothing is due.</param>
    public ClockTimer(GoHubTestClock clock, TimerCallback callback, object? state, Gate? gate)
    {
        (_clock, _callback, _state, _gate) = (clock, callback, state, gate);
        _real = TimeProvider.System.CreateTimer(static timer => ((ClockTimer)timer!).LookAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        gate?.WhenOpened(LookAgain);
    }

    public long Due => Volatile.Read(ref _due);

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return false;
            }
            _due = dueTime == Timeout.InfiniteTimeSpan ? Never : _clock.GetTimestamp() + dueTime.Ticks;
            _period = period;
        }
        LookAgain();
        return true;
    }

    /// <summary>Does what is due by now.</summary>
    public void LookAgain()
    {
        lock (_lock)
        {
            if (_disposed || _due == Never || _gate?.IsOpen == false)
            {
                return;
            }
            var left = TimeSpan.FromTicks(_due - _clock.GetTimestamp());
            if (left > TimeSpan.Zero)
            {
                // The machine's timer counts in whole milliseconds and may come early.
                _real.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }
            if (_period > TimeSpan.Zero)
            {
                _due = _clock.GetTimestamp() + _period.Ticks;
                _real.Change(_period, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _due = Never;
            }
        }
        ThreadPool.UnsafeQueueUserWorkItem(static timer => timer._callback(timer._state), this, preferLocal: false);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }
        _real.Dispose();
        _clock.Forget(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
