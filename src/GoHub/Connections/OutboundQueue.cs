namespace GoHub.Connections;

/// <summary>Frames that wait for one slow peer, bounded in messages and bytes.</summary>
/// <remarks>Owner: one channel, under its lock. Owns memory only while something waits.</remarks>
internal sealed class OutboundQueue(ChannelSettings settings)
{
    private Queue<OutboundFrame>? _frames;
    private int _bytes;

    public bool IsEmpty => _frames is not { Count: > 0 };

    /// <summary>Adds a frame, or drops as the policy says.</summary>
    /// <returns>How many frames were dropped; -1 if the peer must be closed.</returns>
    public int Add(OutboundFrame frame)
    {
        var dropped = 0;
        while (!Fits(frame))
        {
            switch (settings.WhenFull)
            {
                case SlowConsumer.DropOldest when _frames is { Count: > 0 } && frame.Bytes.Length <= settings.MaxQueuedBytes:
                    _bytes -= _frames.Dequeue().Bytes.Length;
                    dropped++;
                    break;
                case SlowConsumer.Disconnect:
                    return -1;
                default:
                    return dropped + 1;
            }
        }
        _frames ??= new Queue<OutboundFrame>();
        _frames.Enqueue(frame);
        _bytes += frame.Bytes.Length;
        return dropped;
    }

    public bool TryTake(out OutboundFrame frame)
    {
        if (_frames is null || !_frames.TryDequeue(out frame!))
        {
            _frames = null;
            frame = null!;
            return false;
        }
        _bytes -= frame.Bytes.Length;
        return true;
    }

    public void Clear()
    {
        _frames = null;
        _bytes = 0;
    }

    private bool Fits(OutboundFrame frame) =>
        (_frames?.Count ?? 0) < settings.MaxQueuedMessages && _bytes + (long)frame.Bytes.Length <= settings.MaxQueuedBytes;
}
