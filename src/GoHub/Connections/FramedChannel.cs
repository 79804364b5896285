namespace GoHub.Connections;

/// <summary>What <see cref="FramedChannel"/> makes of what was read.</summary>
internal enum ReadOutcome : byte
{
    /// <summary>More may come.</summary>
    Continue,

    /// <summary>The peer has closed.</summary>
    Closed,

    /// <summary>The peer broke the protocol and was told.</summary>
    Violated,
}

/// <summary>What all channels have in common beside their bytes: control frames, the close handshake, and what is due when (RFC 6455 §5.5, §7).</summary>
/// <remarks>Owner of the times: the reader writes them, the sweep reads. Threads: <see cref="Close"/> and <see cref="Sweep"/> any; the rest the reader's.</remarks>
internal abstract class FramedChannel : WebSocketChannel
{
    // Long enough for a peer to read why it was closed, short enough that a hostile one gains nothing.
    protected static readonly TimeSpan LingerAfterViolation = TimeSpan.FromMilliseconds(500);

    private long _lastHeard;
    private long _lastPing;
    private long _pingWindowStart;
    private int _pings;
    private Closing? _closing;
    private readonly bool _deflates;

    /// <param name="settings">The node's.</param>
    /// <param name="deflate">Whether the peer negotiated compression.</param>
    protected FramedChannel(ChannelSettings settings, bool deflate)
    {
        _deflates = deflate;
        _lastHeard = _lastPing = settings.Time.GetTimestamp();
    }

    protected abstract ChannelSettings Settings { get; }

    /// <summary>Null where the peer did not negotiate compression.</summary>
    protected FrameDeflater? Deflater => _deflates ? Settings.Deflater : null;

    protected bool IsClosing => Volatile.Read(ref _closing) is not null;

    public override (int Code, string Reason) CloseStatus => Volatile.Read(ref _closing) is { } closing ? (closing.Code, closing.Reason) : base.CloseStatus;

    /// <summary>Whether nothing is read now because of us: a handler is at work.</summary>
    protected abstract bool IsHandling { get; }

    public override bool Close(GoHubCloseCode code, string reason, bool discardQueued = false)
    {
        if (!BeginClose((int)code, reason))
        {
            return false;
        }
        SendClose(OutboundFrame.Close(code, reason), discardQueued);
        return true;
    }

    public override void Sweep(long now)
    {
        if (Volatile.Read(ref _closing) is { } closing)
        {
            if (now - closing.Since > Settings.CloseTimeout)
            {
                Abort();
            }
            return;
        }
        if (Settings.WriteTimeout > 0 && StuckFor(now) > Settings.WriteTimeout)
        {
            Close(GoHubCloseCode.SlowConsumer, "write timed out", discardQueued: true);
            return;
        }
        if (IsHandling)
        {
            // Nothing is read while a handler works, so silence is ours, not the peer's.
            Heard(now);
            return;
        }
        var silent = now - Volatile.Read(ref _lastHeard);
        if (Settings.IdleTimeout > 0 && silent > Settings.IdleTimeout)
        {
            Close(GoHubCloseCode.IdleTimeout, "nothing heard from the client", discardQueued: true);
        }
        else if (Settings.PingInterval > 0 && Math.Min(silent, now - _lastPing) >= Settings.PingInterval)
        {
            _lastPing = now;
            SendPing(OutboundFrame.Of(FrameOpcode.Ping, []));
        }
    }

    /// <summary>The last frame; what comes later is refused.</summary>
    protected abstract void SendClose(OutboundFrame frame, bool discardQueued);

    /// <summary>Asks a silent peer for a sign of life; one that is behind is watched by the write timeout instead.</summary>
    protected abstract void SendPing(OutboundFrame ping);

    /// <summary>Answers a ping. Pongs never count against the queue; while the peer is behind only the newest waits (RFC 6455 §5.5.3 allows to answer only that).</summary>
    protected abstract void SendPong(OutboundFrame pong);

    /// <summary>How long the peer has taken nothing. Unit: ticks of the node's <see cref="TimeProvider"/>.</summary>
    protected abstract long StuckFor(long now);

    protected void Heard(long now) => Volatile.Write(ref _lastHeard, now);

    /// <summary>Closes a connection whose peer broke the protocol.</summary>
    protected ReadOutcome Violated((GoHubCloseCode Code, string Reason) violation)
    {
        Close(violation.Code, violation.Reason);
        return ReadOutcome.Violated;
    }

    /// <summary>Does what a ping, pong or close frame asks for.</summary>
    protected ReadOutcome OnControl(FrameOpcode opcode, ReadOnlySpan<byte> payload) => opcode switch
    {
        FrameOpcode.Close => AnswerClose(payload),
        FrameOpcode.Ping => AnswerPing(payload),
        _ => ReadOutcome.Continue,
    };

    private ReadOutcome AnswerPing(ReadOnlySpan<byte> payload)
    {
        var now = Settings.Time.GetTimestamp();
        if (now - _pingWindowStart > Settings.PingWindow)
        {
            _pingWindowStart = now;
            _pings = 0;
        }
        if (++_pings > ChannelSettings.MaxPings)
        {
            return Violated((GoHubCloseCode.PolicyViolation, "too many pings"));
        }
        SendPong(OutboundFrame.Of(FrameOpcode.Pong, payload));
        return ReadOutcome.Continue;
    }

    private ReadOutcome AnswerClose(ReadOnlySpan<byte> payload)
    {
        if (!ClosePayload.TryRead(payload, out var code, out var reason, out var problem))
        {
            return Violated((problem, reason));
        }
        if (BeginClose(code, reason))
        {
            // The answer repeats the peer's code (RFC 6455 §5.5.1).
            SendClose(OutboundFrame.Of(FrameOpcode.Close, payload.Length < 2 ? payload : payload[..2]), discardQueued: false);
        }
        return ReadOutcome.Closed;
    }

    private bool BeginClose(int code, string reason) =>
        Interlocked.CompareExchange(ref _closing, new Closing(code, reason, Settings.Time.GetTimestamp()), null) is null;

    /// <summary>The first close frame in either direction.</summary>
    private sealed record Closing(int Code, string Reason, long Since);
}
