namespace GoHub.Cluster;

/// <summary>How one node keeps its seats in one room with a limit that several nodes share.</summary>
/// <remarks>
/// A pure state machine: each event takes the time and returns what is to be done. What makes it safe:
/// <list type="bullet">
/// <item>A seat is used only if the last answer granted it, and only for <see cref="SeatTerms.Usable"/> after that request was <em>sent</em>.</item>
/// <item>A request for fewer seats gives them up when it is sent: its outcome may never be known.</item>
/// <item>There is one request at a time. The store must let no request take effect after a later one of the same room and node has.</item>
/// <item>All nodes must agree about the limit; while it is being changed, the promise holds only for those that do.</item>
/// <item>A join is told <see cref="SeatResult.Full"/> only by a request sent after it asked, or because this node's own members fill the room.</item>
/// </list>
/// Owner of its counts. Threads: one at a time.
/// </remarks>
internal sealed class SeatKeeper(SeatTerms terms, int capacity, Random random)
{
    /// <summary>Failed attempts to give back everything, after which the end of the lease does it.</summary>
    private const int AttemptsToGiveBack = 3;

    private readonly List<Waiting> _waiting = [];
    private int _capacity = capacity;
    private int _askedCapacity = capacity;
    private int _confirmedCapacity;
    // Granted by the last answer and not given up since.
    private int _held;
    // The most that the store may believe this node holds.
    private int _stored;
    private int _evicting;
    private long _asks;
    private bool _asking;
    private bool _unsure;
    private int _failures;
    private TimeSpan _failedAt;
    private TimeSpan _pause;
    private TimeSpan _usableUntil = TimeSpan.MinValue;
    private TimeSpan _renewAt;

    public int Members { get; private set; }

    public bool IsAsking => _asking;

    /// <summary>Nothing is held, waited for or on its way: a new keeper would do as well.</summary>
    public bool IsIdle => Members == 0 && _waiting.Count == 0 && !_asking && _stored == 0;

    /// <summary>Until when the members may be delivered to: never ends without members, has ended while there are more than seats.</summary>
    public TimeSpan UsableUntil => Members == 0 ? TimeSpan.MaxValue : Members > _held ? TimeSpan.MinValue : _usableUntil;

    private int Wanted => Math.Min(_capacity, Members - _evicting + _waiting.Count);

    /// <summary>A join asks for a seat.</summary>
    /// <param name="id">Not used by another join.</param>
    /// <param name="deadline">When it is unavailable, if not answered by then.</param>
    /// <param name="now">The time.</param>
    public SeatEffects Join(long id, TimeSpan deadline, TimeSpan now)
    {
        var effects = new SeatEffects();
        _waiting.Add(new(id, deadline, 0));
        Grant(now, effects);
        Ask(now, effects);
        return effects;
    }

    /// <summary>A join is no longer wanted. It is answered as unavailable, unless it was answered before.</summary>
    public SeatEffects GiveUp(long id, TimeSpan now)
    {
        var effects = new SeatEffects();
        var index = _waiting.FindIndex(w => w.Id == id);
        if (index >= 0)
        {
            Refuse(index, SeatResult.Unavailable, effects);
        }
        Ask(now, effects);
        return effects;
    }

    /// <summary>A member has left, was evicted, or a granted join did not happen after all.</summary>
    public SeatEffects Leave(TimeSpan now)
    {
        var effects = new SeatEffects();
        if (Members > 0)
        {
            Members--;
            _evicting = Math.Max(0, _evicting - 1);
            Grant(now, effects);
            Ask(now, effects);
        }
        return effects;
    }

    /// <summary>The room is gone, and everybody in it.</summary>
    public SeatEffects Delete(TimeSpan now)
    {
        var effects = new SeatEffects();
        while (_waiting.Count > 0)
        {
            Refuse(_waiting.Count - 1, SeatResult.Unavailable, effects);
        }
        Members = _evicting = 0;
        Ask(now, effects);
        return effects;
    }

    /// <summary>The room's limit is another one.</summary>
    public SeatEffects Resize(int seats, TimeSpan now)
    {
        var effects = new SeatEffects();
        if (seats != _capacity)
        {
            _capacity = seats;
            _unsure = true;
            Ask(now, effects);
        }
        return effects;
    }

    /// <summary>Time has passed: renewals, retries, deadlines.</summary>
    public SeatEffects Tick(TimeSpan now)
    {
        var effects = new SeatEffects();
        Expire(now, effects);
        Ask(now, effects);
        return effects;
    }

    /// <summary>The store can be reached again, and may have forgotten what it knew.</summary>
    public SeatEffects Reassert(TimeSpan now)
    {
        var effects = new SeatEffects();
        _unsure = true;
        _failures = 0;
        Ask(now, effects);
        return effects;
    }

    /// <summary>The store has answered.</summary>
    /// <param name="number">Of the request.</param>
    /// <param name="granted">Seats held.</param>
    /// <param name="sentAt">When the request was sent, or earlier.</param>
    /// <param name="now">The time.</param>
    public SeatEffects Answered(long number, int granted, TimeSpan sentAt, TimeSpan now)
    {
        var effects = new SeatEffects();
        if (!_asking || number != _asks)
        {
            return effects;
        }
        _asking = false;
        _failures = 0;
        _held = _stored = granted;
        _confirmedCapacity = _askedCapacity;
        _usableUntil = sentAt + terms.Usable;
        _renewAt = sentAt + terms.Renew * (0.8 + 0.2 * random.NextDouble());
        Expire(now, effects);
        Grant(now, effects);
        RefuseUnseated(effects);
        Evict(effects);
        Ask(now, effects);
        return effects;
    }

    /// <summary>The request has ended without an answer; it may have counted.</summary>
    public SeatEffects Failed(long number, TimeSpan now)
    {
        var effects = new SeatEffects();
        if (!_asking || number != _asks)
        {
            return effects;
        }
        _asking = false;
        _unsure = true;
        _failures++;
        _failedAt = now;
        var longest = SeatTerms.FirstRetry * Math.Pow(2, Math.Min(_failures - 1, 10));
        _pause = (longest < SeatTerms.LastRetry ? longest : SeatTerms.LastRetry) * (0.5 + 0.5 * random.NextDouble());
        Expire(now, effects);
        if (Wanted == 0 && _failures >= AttemptsToGiveBack)
        {
            _stored = 0;
        }
        Ask(now, effects);
        return effects;
    }

    private void Ask(TimeSpan now, SeatEffects effects)
    {
        if (_asking || IsPausing(now))
        {
            return;
        }
        var confirm = _unsure || now >= _renewAt;
        if (confirm)
        {
            // Whoever should have been out by now is counted again, and evicted again if need be.
            _evicting = 0;
        }
        var wanted = Wanted;
        if (wanted >= _stored && wanted <= _held && !(confirm && wanted > 0))
        {
            return;
        }
        _asking = true;
        _unsure = false;
        _asks++;
        if (_capacity < _confirmedCapacity)
        {
            // The store may take seats away at once and give them to others, long before the answer comes.
            _usableUntil = now;
        }
        _askedCapacity = _capacity;
        _held = Math.Min(_held, wanted);
        _stored = Math.Max(_stored, wanted);
        for (var i = 0; i < _waiting.Count; i++)
        {
            _waiting[i] = _waiting[i] with { CountedIn = _asks };
        }
        effects.Ask = new(_asks, wanted, _capacity);
    }

    private bool IsPausing(TimeSpan now)
    {
        var pause = _waiting.Count > 0 && _pause > SeatTerms.RetryOfJoins ? SeatTerms.RetryOfJoins : _pause;
        return _failures > 0 && now < _failedAt + pause;
    }

    private void Grant(TimeSpan now, SeatEffects effects)
    {
        if (now >= _usableUntil)
        {
            return;
        }
        var count = Math.Clamp(_held - Members, 0, _waiting.Count);
        for (var i = 0; i < count; i++)
        {
            effects.Answers.Add((_waiting[i].Id, SeatResult.Granted));
        }
        _waiting.RemoveRange(0, count);
        Members += count;
        if (Members - _evicting >= _capacity)
        {
            // Every seat there is belongs to a member here: nobody needs to be asked.
            _waiting.ForEach(w => effects.Answers.Add((w.Id, SeatResult.Full)));
            _waiting.Clear();
        }
    }

    /// <summary>Joins that the answered request asked for and that it brought no seat for. Those it did bring one for wait if it cannot be used yet.</summary>
    private void RefuseUnseated(SeatEffects effects)
    {
        var seats = Math.Max(0, _held - (Members - _evicting));
        // Later joins stand behind: those counted are always the first.
        var counted = _waiting.TakeWhile(w => w.CountedIn == _asks).Count();
        for (var i = seats; i < counted; i++)
        {
            effects.Answers.Add((_waiting[i].Id, SeatResult.Full));
        }
        _waiting.RemoveRange(Math.Min(seats, counted), Math.Max(0, counted - seats));
    }

    private void Evict(SeatEffects effects)
    {
        var tooMany = Members - _evicting - _held;
        if (tooMany > 0)
        {
            _evicting += tooMany;
            effects.Evict = tooMany;
        }
    }

    private void Expire(TimeSpan now, SeatEffects effects)
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Deadline <= now)
            {
                Refuse(i, SeatResult.Unavailable, effects);
            }
        }
    }

    private void Refuse(int index, SeatResult result, SeatEffects effects)
    {
        effects.Answers.Add((_waiting[index].Id, result));
        _waiting.RemoveAt(index);
    }

    /// <param name="Id">Of the join.</param>
    /// <param name="Deadline">When it is unavailable.</param>
    /// <param name="CountedIn">The last request that asked for its seat; 0: none yet.</param>
    private readonly record struct Waiting(long Id, TimeSpan Deadline, long CountedIn);
}
