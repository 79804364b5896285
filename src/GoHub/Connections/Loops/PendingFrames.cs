namespace GoHub.Connections.Loops;

/// <summary>What still has to be sent to one peer: nothing and one frame cost no list.</summary>
/// <remarks>Owner: one channel on its loop's thread. Mutable: never copy it.</remarks>
internal struct PendingFrames
{
    private OutboundFrame? _first;
    private FrameList? _rest;
    private int _sent; // Bytes of the first frame that are gone already.

    public readonly bool IsEmpty => _first is null;

    public readonly bool IsSingle => _first is not null && _rest is null;

    public readonly int Count => _first is null ? 0 : 1 + (_rest?.Count ?? 0);

    /// <summary>What is left of the oldest frame.</summary>
    public readonly ReadOnlySpan<byte> First => _first!.Bytes.AsSpan(_sent);

    private readonly bool IsStarted => _sent > 0;

    public void Add(OutboundFrame frame, Lane lane)
    {
        if (_first is null)
        {
            _first = frame;
        }
        else
        {
            (_rest ??= lane.RentList()).Add(frame);
        }
    }

    /// <summary>Copies as many frames as fit, whole ones but for the oldest.</summary>
    /// <returns>How many bytes; 0 if not even the first fits.</returns>
    public readonly int CopyTo(Span<byte> target)
    {
        var length = 0;
        for (var i = 0; i < Count; i++)
        {
            var bytes = i == 0 ? First : _rest![i - 1].Bytes;
            if (length + bytes.Length > target.Length)
            {
                break;
            }
            bytes.CopyTo(target[length..]);
            length += bytes.Length;
        }
        return length;
    }

    /// <summary>Counts bytes as sent.</summary>
    /// <returns>How many frames have left as a whole, and how large those were.</returns>
    public (int Frames, int Bytes) Sent(int bytes, Lane lane)
    {
        var (frames, whole) = (0, 0);
        while (_first is { } first && bytes >= first.Bytes.Length - _sent)
        {
            bytes -= first.Bytes.Length - _sent;
            frames++;
            whole += first.Bytes.Length;
            RemoveFirst(lane);
        }
        _sent += bytes;
        return (frames, whole);
    }

    /// <summary>Takes out the oldest frame that has not begun to leave; null if there is none.</summary>
    public OutboundFrame? DropOldest(Lane lane)
    {
        if (_first is null || (IsStarted && _rest is null))
        {
            return null;
        }
        OutboundFrame dropped;
        if (IsStarted)
        {
            dropped = _rest!.Take();
            ReturnEmptyList(lane);
            return dropped;
        }
        dropped = _first;
        RemoveFirst(lane);
        return dropped;
    }

    /// <summary>Forgets all frames but one that has begun to leave, since half a frame would break the stream.</summary>
    /// <returns>How many frames are forgotten, and how large those were.</returns>
    public (int Frames, int Bytes) Clear(Lane lane)
    {
        var (frames, bytes) = (0, 0);
        while (DropOldest(lane) is { } dropped)
        {
            frames++;
            bytes += dropped.Bytes.Length;
        }
        return (frames, bytes);
    }

    private void RemoveFirst(Lane lane)
    {
        _sent = 0;
        _first = _rest?.Take();
        ReturnEmptyList(lane);
    }

    private void ReturnEmptyList(Lane lane)
    {
        if (_rest is { Count: 0 } empty)
        {
            _rest = null;
            lane.ReturnList(empty);
        }
    }
}
