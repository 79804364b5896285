using GoHub.Transport.Loops;

namespace GoHub.Connections.Loops;

// What is to leave: the cork for answers to what is being read, the pending frames for the rest.
internal sealed partial class LoopChannel
{
    private const long OneFrame = 1L << 40; // Frames in the upper bits, bytes in the lower.

    private static readonly LoopWork Enqueuing = new ChannelWork(static (channel, frame) => channel.TakePosted((OutboundFrame)frame!));

    private PendingFrames _pending;
    private long _waiting;
    private long _blockedSince;
    private volatile Gate _gate = Gate.NoSocket | Gate.Blocked;
    private int _fd;
    private bool _soon;
    private bool _paced;

    /// <summary>What keeps a frame from being sent at once. Written on the loop's thread only.</summary>
    [Flags]
    private enum Gate
    {
        Open = 0,

        /// <summary>Not handed over yet, or gone.</summary>
        NoSocket = 1,

        /// <summary>The last frame is queued or sent.</summary>
        Closed = 2,

        /// <summary>The socket takes nothing now.</summary>
        Blocked = 4,

        /// <summary>Other frames come first.</summary>
        Pending = 8,

        /// <summary>Frames may have to be compressed.</summary>
        Deflates = 16,
    }

    private bool IsClosed => (_gate & Gate.Closed) != 0;

    private bool IsBlocked => (_gate & Gate.Blocked) != 0;

    public override EnqueueResult Enqueue(OutboundFrame frame)
    {
        if (IsClosed || IsClosing)
        {
            return EnqueueResult.Closed;
        }
        frame = frame.For(Deflater);
        var here = _lane.Loop.IsCurrent;
        Interlocked.Add(ref _waiting, OneFrame + frame.Bytes.Length);
        if (here)
        {
            return Append(frame, paced: false);
        }
        if (IsBlocked && IsOverfull && Settings.WhenFull != SlowConsumer.DropOldest)
        {
            return DropNewest(frame);
        }
        if (!_lane.Post(Enqueuing, this, frame, 1, frame.Bytes.Length))
        {
            Interlocked.Add(ref _waiting, -(OneFrame + frame.Bytes.Length));
            _lane.Metrics.MessagesDropped(1);
            return EnqueueResult.Dropped;
        }
        return EnqueueResult.Accepted;
    }

    /// <summary>Takes a frame that many get; it may wait a little for others. On the loop's thread only.</summary>
    public void Broadcast(OutboundFrame frame)
    {
        if (!IsClosed)
        {
            frame = frame.For(Deflater);
            Interlocked.Add(ref _waiting, OneFrame + frame.Bytes.Length);
            Append(frame, paced: true);
        }
    }

    /// <summary>Sends a frame that many get without queueing it. On the loop's thread only, and not while this channel is read.</summary>
    /// <returns>False if it has to wait; see <see cref="Broadcast"/>.</returns>
    public bool TrySendNow(OutboundFrame frame)
    {
        // One field says it all, since a broadcast finds most of its receivers in no cache.
        if (_gate != Gate.Open)
        {
            if (_gate != Gate.Deflates)
            {
                return false;
            }
            frame = frame.For(Deflater);
        }
        var sent = LoopSocket.Send(_fd, frame.Bytes);
        if (sent != frame.Bytes.Length)
        {
            SentInPart(frame, sent);
        }
        return true;
    }

    /// <summary>Writes an answer to what is being read without a frame of its own.</summary>
    /// <returns>False if it must be a frame: this is not the loop's thread, something else waits, or it is to be compressed or too large.</returns>
    public override bool TryWriteNow(FrameOpcode opcode, ReadOnlySpan<byte> payload)
    {
        if (!ReferenceEquals(EventLoop.Current, _lane.Loop) || !ReferenceEquals(_lane.Reading, this) || (_gate & ~Gate.Deflates) != Gate.Open)
        {
            return false;
        }
        var length = OutboundFrame.HeaderReserve + payload.Length;
        if (length > Lane.CorkSize / 2 || Deflater?.Wants(opcode, payload.Length) == true)
        {
            return false;
        }
        if (_lane.Corked + length > Lane.CorkSize && !SendCork())
        {
            return false;
        }
        _lane.Corked += OutboundFrame.Write(opcode, payload, _lane.Cork[_lane.Corked..]);
        return true;
    }

    public void SendUrgent()
    {
        _soon = false;
        Send();
    }

    public void SendPaced()
    {
        _paced = false;
        Send();
    }

    protected override long StuckFor(long now) => IsBlocked && _socket is not null ? now - Volatile.Read(ref _blockedSince) : 0;

    void ILoopSocketOwner.OnWritable()
    {
        if (IsBlocked)
        {
            Unblock();
            Send();
        }
    }

    private bool IsOverfull
    {
        get
        {
            var waiting = Volatile.Read(ref _waiting);
            return (waiting >> 40) > Settings.MaxQueuedMessages || (waiting & (OneFrame - 1)) > Settings.MaxQueuedBytes;
        }
    }

    private bool IsHalfFull
    {
        get
        {
            var waiting = Volatile.Read(ref _waiting);
            return (waiting >> 40) > Settings.MaxQueuedMessages / 2 || (waiting & (OneFrame - 1)) > Settings.MaxQueuedBytes / 2;
        }
    }

    private void TakePosted(OutboundFrame frame)
    {
        _lane.Delivered(1, frame.Bytes.Length);
        Append(frame, paced: false);
    }

    /// <summary>Queues a frame that is counted already.</summary>
    private EnqueueResult Append(OutboundFrame frame, bool paced)
    {
        if (_lane.Corked > 0 && ReferenceEquals(_lane.Reading, this))
        {
            SendCork();
        }
        if (!IsClosed && IsOverfull && !FindsRoom(frame))
        {
            return DropNewest(frame);
        }
        if (IsClosed)
        {
            Interlocked.Add(ref _waiting, -(OneFrame + frame.Bytes.Length));
            return EnqueueResult.Closed;
        }
        Queue(frame);
        Schedule(paced);
        return EnqueueResult.Accepted;
    }

    private bool FindsRoom(OutboundFrame frame)
    {
        var wasBlocked = IsBlocked;
        // A peer that keeps up is never too slow, however much comes at once.
        Send();
        // Nor is one whose own questions made the answers, if it is behind only now: it is not read on until it has caught up.
        return !IsBlocked || (!wasBlocked && ReferenceEquals(_lane.Reading, this)) || MakeRoom(frame);
    }

    private void Schedule(bool paced)
    {
        // Who is being read sends at the end of that; who is behind, when the socket says so.
        if (IsBlocked || ReferenceEquals(_lane.Reading, this))
        {
            return;
        }
        if (!paced && !_soon)
        {
            _soon = true;
            _lane.SendSoon(this);
        }
        else if (paced && !_paced)
        {
            _paced = true;
            _lane.SendPaced(this);
        }
    }

    /// <returns>Whether there is room now, by whatever the policy allows.</returns>
    private bool MakeRoom(OutboundFrame frame)
    {
        if (Settings.WhenFull != SlowConsumer.DropOldest || frame.Bytes.Length > Settings.MaxQueuedBytes)
        {
            return !IsOverfull;
        }
        while (IsOverfull && _pending.DropOldest(_lane) is { } oldest)
        {
            Interlocked.Add(ref _waiting, -(OneFrame + oldest.Bytes.Length));
            _lane.Metrics.MessagesDropped(1);
        }
        return true;
    }

    private EnqueueResult DropNewest(OutboundFrame frame)
    {
        Interlocked.Add(ref _waiting, -(OneFrame + frame.Bytes.Length));
        _lane.Metrics.MessagesDropped(1);
        if (Settings.WhenFull == SlowConsumer.Disconnect)
        {
            Close(GoHubCloseCode.SlowConsumer, "reading too slowly", discardQueued: true);
        }
        return EnqueueResult.Dropped;
    }
}
