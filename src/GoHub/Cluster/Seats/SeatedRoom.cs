namespace GoHub.Cluster;

/// <summary>One room's seats on this node: its keeper behind a lock, the joins that wait, and the lease that deliveries look at.</summary>
/// <remarks>Owner of the keeper. Threads: any; each member holds the lock for a few lines, and what is to be done is done by the caller, outside.</remarks>
internal sealed class SeatedRoom(string id, TimeProvider time)
{
    private static readonly SeatEffects Nothing = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<long, TaskCompletionSource<SeatResult>> _joins = [];
    private SeatLease _lease = new(id, time);
    private SeatKeeper? _keeper;
    private TaskCompletionSource? _quiet;
    private long _joined;
    private bool _pinned;
    private bool _removed;
    private bool _lapsed;
    private bool _closed;

    public string Id { get; } = id;

    /// <summary>Whether the store may believe that this node holds seats of it.</summary>
    public bool IsHeld
    {
        get
        {
            lock (_gate)
            {
                return _keeper is not null;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>The room's lease, which is the same until <see cref="Forget"/>; null if this object has been given up and another is to be asked.</summary>
    public SeatLease? Lease()
    {
        lock (_gate)
        {
            _pinned = true;
            return _removed ? null : _lease;
        }
    }

    /// <summary>Whether it has no use any more; if so, it is at its end.</summary>
    public bool TryRemove()
    {
        lock (_gate)
        {
            return _removed |= !_pinned && _keeper is null;
        }
    }

    /// <param name="of">The room as it was when the join began; null: as it is now.</param>
    /// <param name="terms">Of the store.</param>
    /// <param name="capacity">Seats of the room.</param>
    /// <param name="deadline">From now.</param>
    /// <param name="join">To be completed with the answer.</param>
    /// <param name="number">The join's, for <see cref="GiveUp"/>.</param>
    /// <returns>Null if this object has been given up.</returns>
    public SeatEffects? Take(SeatLease? of, SeatTerms terms, int capacity, TimeSpan deadline, TaskCompletionSource<SeatResult> join, out long number)
    {
        lock (_gate)
        {
            number = ++_joined;
            if (_removed)
            {
                return null;
            }
            if (_closed || (of is not null && of != _lease))
            {
                join.SetResult(SeatResult.Unavailable);
                return Nothing;
            }
            var now = Now;
            _joins.Add(number, join);
            _keeper ??= new SeatKeeper(terms, capacity, Random.Shared);
            var resized = _keeper.Resize(capacity, now);
            var effects = _keeper.Join(number, now + deadline, now);
            effects.Ask ??= resized.Ask;
            return Settled(effects);
        }
    }

    public SeatEffects GiveUp(long number) => Tell((keeper, now) => keeper.GiveUp(number, now));

    /// <param name="of">The room as it was when the seat was taken; null: as it is now.</param>
    public SeatEffects Release(SeatLease? of)
    {
        lock (_gate)
        {
            return of is null || of == _lease ? Tell(static (keeper, now) => keeper.Leave(now)) : Nothing;
        }
    }

    /// <summary>Gives all back. Leases and seats of before count no more.</summary>
    public SeatEffects Forget()
    {
        lock (_gate)
        {
            _pinned = false;
            _lease.LastUntil(TimeSpan.MinValue);
            _lease = new(Id, time);
            return Tell(static (keeper, now) => keeper.Delete(now));
        }
    }

    /// <summary>As <see cref="Forget"/>, for good.</summary>
    /// <param name="effects">What is to be done.</param>
    /// <returns>Done when the store has answered, or failed.</returns>
    public Task Close(out SeatEffects effects)
    {
        lock (_gate)
        {
            _closed = true;
            _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
            effects = Forget();
            if (_keeper is null)
            {
                _quiet.SetResult();
            }
            return _quiet.Task;
        }
    }

    /// <param name="lapsed">Whether the room has just been suspended.</param>
    public SeatEffects Tick(out bool lapsed)
    {
        lock (_gate)
        {
            var effects = Tell(static (keeper, now) => keeper.Tick(now));
            var before = _lapsed;
            _lapsed = _lease.HasLapsed;
            lapsed = _lapsed && !before;
            return effects;
        }
    }

    public SeatEffects Reassert() => Tell(static (keeper, now) => keeper.Reassert(now));

    public SeatEffects Answered(SeatAsk ask, int granted, TimeSpan sentAt) => Tell((keeper, now) => keeper.Answered(ask.Number, granted, sentAt, now));

    public SeatEffects Failed(SeatAsk ask) => Tell((keeper, now) => keeper.Failed(ask.Number, now));

    private SeatEffects Tell(Func<SeatKeeper, TimeSpan, SeatEffects> what)
    {
        lock (_gate)
        {
            return _keeper is null ? Nothing : Settled(what(_keeper, Now));
        }
    }

    private SeatEffects Settled(SeatEffects effects)
    {
        foreach (var (join, result) in effects.Answers)
        {
            // Continuations run elsewhere, not under this lock.
            if (_joins.Remove(join, out var waiting))
            {
                waiting.TrySetResult(result);
            }
        }
        _lease.LastUntil(_keeper!.UsableUntil);
        if (_keeper.IsIdle)
        {
            _keeper = null;
        }
        if (_quiet is not null && _keeper?.IsAsking != true)
        {
            _quiet.TrySetResult();
        }
        return effects;
    }
}
