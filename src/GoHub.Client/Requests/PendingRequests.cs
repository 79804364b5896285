namespace GoHub.Client.Requests;

/// <summary>The requests that wait for an answer, by id, and the one timer that gives them up.</summary>
/// <remarks>Owner: <see cref="ClientCore"/>. Threads: any. The timer is there only while something waits, and is set anew only for an earlier deadline: no timer a request.</remarks>
internal sealed class PendingRequests(TimeProvider time)
{
    // Timers count whole milliseconds and may be a moment early.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, PendingRequest> _waiting = [];
    private readonly long _origin = time.GetTimestamp();
    private ITimer? _timer;
    private TimeSpan _due = TimeSpan.MaxValue;

    /// <summary>Told of each request whose time is over, after it was taken out.</summary>
    public Action<PendingRequest>? TimedOut { get; set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    public void Add(PendingRequest request, TimeSpan timeout)
    {
        lock (_gate)
        {
            request.Deadline = Now + timeout;
            _waiting.Add(request.Id, request);
            Wake(request.Deadline);
        }
    }

    /// <returns>The request, which is the caller's to settle now; null if somebody else has it already.</returns>
    public PendingRequest? Take(long id)
    {
        lock (_gate)
        {
            _waiting.Remove(id, out var request);
            StopIfIdle();
            return request;
        }
    }

    public List<PendingRequest> TakeAll(Func<PendingRequest, bool> which)
    {
        lock (_gate)
        {
            List<PendingRequest> taken = [.. _waiting.Values.Where(which)];
            taken.ForEach(r => _waiting.Remove(r.Id));
            StopIfIdle();
            return taken;
        }
    }

    /// <summary>Takes the timer away; nothing waits any more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _due = TimeSpan.MaxValue;
            StopIfIdle();
        }
    }

    private void Sweep()
    {
        List<PendingRequest> due;
        lock (_gate)
        {
            var now = Now;
            due = [.. _waiting.Values.Where(r => r.Deadline <= now)];
            due.ForEach(r => _waiting.Remove(r.Id));
            _due = TimeSpan.MaxValue;
            if (_waiting.Count > 0)
            {
                Wake(_waiting.Values.Min(r => r.Deadline));
            }
            StopIfIdle();
        }
        due.ForEach(r => TimedOut?.Invoke(r));
    }

    private void Wake(TimeSpan deadline)
    {
        if (deadline >= _due)
        {
            return;
        }
        _due = deadline;
        var wait = deadline - Now;
        wait = wait < ShortestWait ? ShortestWait : wait;
        if (_timer is null)
        {
            _timer = CreateTimer(wait);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    // A timer keeps the context of who made it, which is only the first of those who ask.
    private ITimer CreateTimer(TimeSpan wait)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return Create();
        }
        using (ExecutionContext.SuppressFlow())
        {
            return Create();
        }

        ITimer Create() => time.CreateTimer(static state => ((PendingRequests)state!).Sweep(), this, wait, Timeout.InfiniteTimeSpan);
    }

    private void StopIfIdle()
    {
        // Left to run out by those that were answered: the next request will most likely find it early enough.
        if (_waiting.Count == 0 && _due == TimeSpan.MaxValue)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }
}
