using System.Collections.Concurrent;

namespace GoHub.Client.Tests.Hosting;

/// <summary>Fake time that knows its timers.</summary>
internal sealed class CountingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentDictionary<Counted, DateTimeOffset> _alive = new();
    private int _made;
    private int _changes;

    public CountingTime()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public int Made => Volatile.Read(ref _made);

    public int Alive => _alive.Count;

    public int Changes => Volatile.Read(ref _changes);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _made);
        var timer = new Counted(this, base.CreateTimer(callback, state, dueTime, period));
        timer.Set(dueTime);
        return timer;
    }

    /// <summary>Waits for a timer that is due then, and lets the time come.</summary>
    public async Task ComeToAsync(TimeSpan sinceStart)
    {
        var moment = Start + sinceStart;
        await Waiting.Until(() => _alive.Values.Contains(moment));
        Advance(moment - GetUtcNow());
    }

    private sealed class Counted(CountingTime time, ITimer timer) : ITimer
    {
        public void Set(TimeSpan dueTime) => time._alive[this] = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time.GetUtcNow() + dueTime;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref time._changes);
            Set(dueTime);
            return timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            time._alive.TryRemove(this, out _);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
