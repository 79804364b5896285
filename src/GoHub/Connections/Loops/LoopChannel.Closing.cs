using GoHub.Transport.Loops;

namespace GoHub.Connections.Loops;

// Control frames and the way out.
internal sealed partial class LoopChannel
{
    private static readonly LoopWork ClosingAfter = new ChannelWork(static (channel, frame) => channel.CloseHere((OutboundFrame)frame!, discard: false));
    private static readonly LoopWork ClosingNow = new ChannelWork(static (channel, frame) => channel.CloseHere((OutboundFrame)frame!, discard: true));
    private static readonly LoopWork Pinging = new ChannelWork(static (channel, frame) => channel.PingHere((OutboundFrame)frame!));

    private OutboundFrame? _pong;

    protected override void SendClose(OutboundFrame frame, bool discardQueued)
    {
        if (_lane.Loop.IsCurrent)
        {
            CloseHere(frame, discardQueued);
        }
        else
        {
            _lane.Loop.Post(discardQueued ? ClosingNow : ClosingAfter, this, frame);
        }
    }

    protected override void SendPing(OutboundFrame ping) => _lane.Loop.Post(Pinging, this, ping);

    protected override void SendPong(OutboundFrame pong)
    {
        if (!_lane.Loop.IsCurrent)
        {
            // A handler's thread reads on.
            _lane.Loop.Post(Pinging, this, pong);
        }
        else if (!TryWriteNow(FrameOpcode.Pong, pong.Payload))
        {
            PingHere(pong);
        }
    }

    private void CloseHere(OutboundFrame frame, bool discard)
    {
        if (IsClosed)
        {
            return;
        }
        _gate |= Gate.Closed;
        if (_lane.Corked > 0 && ReferenceEquals(_lane.Reading, this))
        {
            SendCork();
        }
        if (discard)
        {
            var (frames, bytes) = _pending.Clear(_lane);
            Interlocked.Add(ref _waiting, -((frames * OneFrame) + bytes));
        }
        Interlocked.Add(ref _waiting, OneFrame + frame.Bytes.Length);
        Queue(frame);
        Schedule(paced: false);
    }

    private void PingHere(OutboundFrame frame)
    {
        if (IsClosed)
        {
            return;
        }
        if (!IsBlocked)
        {
            Interlocked.Add(ref _waiting, OneFrame + frame.Bytes.Length);
            Queue(frame);
            Schedule(paced: false);
        }
        else if (frame.Opcode == FrameOpcode.Pong)
        {
            _pong = frame;
        }
    }

    private void Linger()
    {
        // Closing on unread bytes would reset the connection and lose our close frame.
        _socket?.EndSending();
        Volatile.Write(ref _lingersUntil, _lane.Now + (long)(LingerAfterViolation.TotalSeconds * Settings.Time.TimestampFrequency));
    }
}
