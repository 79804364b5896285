namespace GoHub.Connections.Loops;

/// <summary>Frames that wait for one peer, in order, without a limit of its own.</summary>
/// <remarks>Owner: one channel on its loop's thread; lent from the loop while more than one frame waits.</remarks>
internal sealed class FrameList
{
    private OutboundFrame?[] _frames = new OutboundFrame?[8];
    private int _head;

    public int Count { get; private set; }

    /// <summary>The frame at a place, from the oldest on.</summary>
    public OutboundFrame this[int index] => _frames[(_head + index) & (_frames.Length - 1)]!;

    public void Add(OutboundFrame frame)
    {
        if (Count == _frames.Length)
        {
            Grow();
        }
        _frames[(_head + Count++) & (_frames.Length - 1)] = frame;
    }

    public OutboundFrame Take()
    {
        var frame = _frames[_head]!;
        _frames[_head] = null;
        _head = (_head + 1) & (_frames.Length - 1);
        Count--;
        return frame;
    }

    public void Clear()
    {
        Array.Clear(_frames);
        _head = Count = 0;
    }

    private void Grow()
    {
        var grown = new OutboundFrame?[_frames.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            grown[i] = this[i];
        }
        _frames = grown;
        _head = 0;
    }
}
