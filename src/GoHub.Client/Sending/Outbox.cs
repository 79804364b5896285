namespace GoHub.Client.Sending;

/// <summary>What is to be sent, in order: kept while there is no connection, given to the writer of the one there is.</summary>
/// <remarks>
/// Owner: <see cref="ClientCore"/>. Threads: any may add; only the writer that is attached takes. Bounded in messages and bytes while nothing can be written; with a connection a sender waits until its message is.
/// What was taken by a writer that is gone is lost, or not: it is never sent again. What was not is kept for the next.
/// </remarks>
internal sealed class Outbox(GoHubClientOptions options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<OutboxItem> _waiting = new();
    private readonly Queue<OutboxItem> _urgent = new();
    private long _bytes;
    private ConnectionWriter? _writer;
    private bool _released;
    private StopReason? _stopped;

    /// <summary>Whether there is a connection, whether its rooms are joined again or not.</summary>
    public bool IsAttached => Volatile.Read(ref _writer) is not null;

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

    /// <summary>Puts a message at the end.</summary>
    /// <returns>Done when it is written, or at once when it has to wait for a connection.</returns>
    /// <exception cref="GoHubClientException">It is refused.</exception>
    public Task Add(OutboxItem item)
    {
        ConnectionWriter? writer;
        Task written;
        lock (_gate)
        {
            ThrowIfRefused(item);
            if (item.IsWithdrawn)
            {
                return Task.CompletedTask;
            }
            item.Place = _waiting.AddLast(item);
            _bytes += item.Payload.Length;
            writer = _released ? _writer : null;
            written = Promise(item, isConnected: writer is not null);
        }
        writer?.Wake();
        return written;
    }

    /// <summary>Sends a message before all others, on this connection or not at all.</summary>
    /// <exception cref="GoHubClientException">There is no connection.</exception>
    public void AddUrgent(OutboxItem item)
    {
        ConnectionWriter writer;
        lock (_gate)
        {
            writer = _writer ?? throw new GoHubClientException(GoHubClientError.ConnectionLost, "The connection is lost.");
            item.IsTaken = true;
            _urgent.Enqueue(item);
        }
        writer.Wake();
    }

    /// <summary>Takes a message back that was not taken yet.</summary>
    public void Withdraw(OutboxItem item)
    {
        lock (_gate)
        {
            item.IsWithdrawn = true;
            Remove(item);
        }
    }

    /// <summary>A connection is there; only what is urgent may use it yet.</summary>
    public void Attach(ConnectionWriter writer)
    {
        lock (_gate)
        {
            _writer = writer;
            _released = false;
        }
    }

    /// <summary>The rest may go, too.</summary>
    public void Release(ConnectionWriter writer)
    {
        lock (_gate)
        {
            if (_writer != writer)
            {
                return;
            }
            _released = true;
        }
        writer.Wake();
    }

    /// <summary>The connection is gone. What nobody has taken stays, as far as it may.</summary>
    /// <returns>What may not stay, with why.</returns>
    public List<(OutboxItem Item, GoHubClientException Why)> Detach(ConnectionWriter writer)
    {
        List<(OutboxItem, GoHubClientException)> refused = [];
        lock (_gate)
        {
            if (_writer != writer)
            {
                return refused;
            }
            (_writer, _released) = (null, false);
            _urgent.Clear();
            while (_waiting.Last is { Value: var last } && MustGo())
            {
                Remove(last);
                refused.Add((last, options.WhileOffline == WhileOffline.Refuse ? Offline() : Full()));
            }
            foreach (var item in _waiting)
            {
                item.Written?.TrySetResult();
            }
        }
        return refused;

        bool MustGo() => options.WhileOffline == WhileOffline.Refuse || _waiting.Count > options.MaxQueued || _bytes > options.MaxQueuedBytes;
    }

    /// <summary>Takes messages again, after a stop.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _stopped = null;
        }
    }

    /// <summary>Refuses everything from now on.</summary>
    /// <returns>What was waiting.</returns>
    public List<OutboxItem> Close(StopReason why)
    {
        lock (_gate)
        {
            _stopped = why;
            (_writer, _released) = (null, false);
            _urgent.Clear();
            List<OutboxItem> left = [.. _waiting];
            left.ForEach(Remove);
            return left;
        }
    }

    /// <summary>The next message for this writer, which from then on counts as sent.</summary>
    public bool TryTake(ConnectionWriter writer, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OutboxItem? item)
    {
        lock (_gate)
        {
            if (_writer != writer)
            {
                item = null;
                return false;
            }
            if (_urgent.TryDequeue(out item))
            {
                return true;
            }
            item = _released ? _waiting.First?.Value : null;
            if (item is not null)
            {
                Remove(item);
                item.IsTaken = true;
            }
            return item is not null;
        }
    }

    private void Remove(OutboxItem item)
    {
        if (item.Place is { } place)
        {
            item.Place = null;
            _waiting.Remove(place);
            _bytes -= item.Payload.Length;
        }
    }

    private void ThrowIfRefused(OutboxItem item)
    {
        if (_stopped is { } why)
        {
            throw why.ToException();
        }
        if (_writer is null && options.WhileOffline == WhileOffline.Refuse)
        {
            throw Offline();
        }
        if (!_released && (_waiting.Count >= options.MaxQueued || _bytes + item.Payload.Length > options.MaxQueuedBytes))
        {
            throw Full();
        }
    }

    private static Task Promise(OutboxItem item, bool isConnected)
    {
        if (!isConnected || item.Request is not null)
        {
            return Task.CompletedTask;
        }
        item.Written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return item.Written.Task;
    }

    private static GoHubClientException Offline() => new(GoHubClientError.Refused, "There is no connection, and WhileOffline says Refuse.");

    private GoHubClientException Full() => new(GoHubClientError.Refused,
        $"There is no connection, and what waits for one is full ({options.MaxQueued} messages, {options.MaxQueuedBytes} bytes). Raise MaxQueued or MaxQueuedBytes, or send less.");
}
