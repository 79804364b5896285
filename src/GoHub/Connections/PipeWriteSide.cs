using System.Buffers;
using System.IO.Pipelines;
using GoHub.Diagnostics;

namespace GoHub.Connections;

/// <summary>Writes frames into a pipe: at once while it takes them, into a bounded queue while it does not.</summary>
/// <remarks>
/// Owner of the pipe's writer and of the queue: whoever holds <see cref="_gate"/>, which is never held across an await.
/// Between <see cref="Cork"/> and <see cref="Uncork"/> frames gather, so that the answers to one read leave in one write.
/// </remarks>
internal sealed class PipeWriteSide(PipeWriter writer, ChannelSettings settings, GoHubMetrics metrics)
{
    // While corked, this much gathers before it leaves anyway. Unit: bytes. Half of Kestrel's default response buffer.
    private const int FlushAbove = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly OutboundQueue _queue = new(settings);
    private OutboundFrame? _pong;
    private OutboundFrame? _close;
    private TaskCompletionSource? _writable;
    private long _flushStarted;
    private bool _corked;
    private bool _closed;
    private bool _dead;
    private volatile bool _flushing;

    /// <summary>Whether the peer is behind: a flush has not come back.</summary>
    public bool IsBlocked => _flushing;

    public EnqueueResult Enqueue(OutboundFrame frame, out bool tooSlow)
    {
        tooSlow = false;
        lock (_gate)
        {
            if (_closed)
            {
                return EnqueueResult.Closed;
            }
            if (!_flushing)
            {
                Write(frame);
                return EnqueueResult.Accepted;
            }
            var dropped = _queue.Add(frame);
            if (dropped == 0)
            {
                return EnqueueResult.Accepted;
            }
            tooSlow = dropped < 0;
            metrics.MessagesDropped(Math.Max(1, dropped));
            return EnqueueResult.Dropped;
        }
    }

    /// <summary>Asks a silent peer for a sign of life; one that is behind is watched by the write timeout instead.</summary>
    public void EnqueuePing(OutboundFrame ping)
    {
        lock (_gate)
        {
            if (!_closed && !_flushing)
            {
                Write(ping);
            }
        }
    }

    /// <summary>Answers a ping. Pongs never count against the queue; while the peer is behind only the newest waits (RFC 6455 §5.5.3 allows to answer only that).</summary>
    public void EnqueuePong(OutboundFrame pong)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }
            if (_flushing)
            {
                _pong = pong;
                return;
            }
            Write(pong);
        }
    }

    /// <summary>The last frame of this connection; what comes later is refused.</summary>
    public void EnqueueClose(OutboundFrame frame, bool discardQueued)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }
            _closed = true;
            if (discardQueued)
            {
                _queue.Clear();
            }
            if (_flushing)
            {
                _close = frame;
                return;
            }
            writer.Write(frame.Bytes);
            Flush();
        }
    }

    public void Cork()
    {
        lock (_gate)
        {
            _corked = true;
        }
    }

    public void Uncork()
    {
        lock (_gate)
        {
            _corked = false;
            if (!_flushing && !_dead && writer.UnflushedBytes > 0)
            {
                Flush();
            }
        }
    }

    /// <summary>Done as soon as nothing waits for the peer, or the connection is gone.</summary>
    public Task WaitUntilWritableAsync()
    {
        lock (_gate)
        {
            if (!_flushing || _dead)
            {
                return Task.CompletedTask;
            }
            _writable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _writable.Task;
        }
    }

    /// <summary>Sends what is left.</summary>
    public Task CompleteAsync()
    {
        Uncork();
        return WaitUntilWritableAsync();
    }

    /// <summary>How long the peer has taken nothing. Unit: ticks of the node's <see cref="TimeProvider"/>.</summary>
    public long StuckFor(long now) => _flushing ? now - Volatile.Read(ref _flushStarted) : 0;

    /// <summary>The connection is gone: nothing is written any more and nobody waits.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            _closed = _dead = true;
            _queue.Clear();
            _pong = _close = null;
            ReleaseWaiters();
        }
    }

    private void Write(OutboundFrame frame)
    {
        if (!_corked)
        {
            // One call where writing and flushing are two, each with a lock of the pipe's own.
            Watch(writer.WriteAsync(frame.Bytes));
            return;
        }
        writer.Write(frame.Bytes);
        if (writer.UnflushedBytes > FlushAbove)
        {
            Flush();
        }
    }

    private void Flush() => Watch(writer.FlushAsync());

    private void Watch(ValueTask<FlushResult> flush)
    {
        if (flush.IsCompletedSuccessfully)
        {
            _closed |= flush.Result.IsCompleted;
            return;
        }
        Volatile.Write(ref _flushStarted, settings.Time.GetTimestamp());
        _flushing = true;
        _ = DrainAsync(flush);
    }

    private async Task DrainAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            while (!(await flush.ConfigureAwait(false)).IsCompleted)
            {
                lock (_gate)
                {
                    if (_dead || !WriteWaiting())
                    {
                        _flushing = false;
                        ReleaseWaiters();
                        return;
                    }
                    Volatile.Write(ref _flushStarted, settings.Time.GetTimestamp());
                    flush = writer.FlushAsync();
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The peer is gone; the read side finds that out as well and says so.
        }
        _flushing = false;
        Kill();
    }

    private bool WriteWaiting()
    {
        var before = writer.UnflushedBytes;
        if (_pong is { } pong)
        {
            _pong = null;
            writer.Write(pong.Bytes);
        }
        while (writer.UnflushedBytes < FlushAbove && _queue.TryTake(out var frame))
        {
            writer.Write(frame.Bytes);
        }
        if (_close is { } close && _queue.IsEmpty)
        {
            _close = null;
            writer.Write(close.Bytes);
        }
        return writer.UnflushedBytes > before;
    }

    private void ReleaseWaiters()
    {
        _writable?.TrySetResult();
        _writable = null;
    }
}
