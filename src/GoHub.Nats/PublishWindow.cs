namespace GoHub.Nats;

/// <summary>How much is on its way to the server: 8 MiB or 10,000 frames at most, counted until a PONG says that they were taken.</summary>
/// <remarks>Owner: <see cref="NatsPublisher"/>, under its lock.</remarks>
internal sealed class PublishWindow
{
    /// <summary>Unit: frames. Source: cluster design §1.3.</summary>
    public const int MaxFrames = 10_000;

    /// <summary>Unit: bytes. Source: cluster design §1.3.</summary>
    public const long MaxBytes = 8 * 1024 * 1024;

    /// <summary>After so many frames a PING asks how far the server has come.</summary>
    private const int AskFrames = MaxFrames / 8;

    private const long AskBytes = MaxBytes / 8;

    private PublishMark _entered;
    private PublishMark _handed;
    private PublishMark _taken;
    private bool _asking;

    private bool IsDue => _handed.Frames - _taken.Frames >= AskFrames || _handed.Bytes - _taken.Bytes >= AskBytes;

    /// <summary>Counts a frame in, if there is room. A frame alone always has.</summary>
    public bool TryEnter(int bytes)
    {
        var frames = _entered.Frames - _taken.Frames;
        if (frames >= MaxFrames || (frames > 0 && _entered.Bytes - _taken.Bytes + bytes > MaxBytes))
        {
            return false;
        }
        _entered = _entered.Add(bytes);
        return true;
    }

    /// <summary>The library has the frame: a PING from now on goes out behind it.</summary>
    public void Hand(int bytes) => _handed = _handed.Add(bytes);

    /// <summary>Whether it is time to ask how far the server has come; said to one caller only, who then asks until <see cref="Reach"/> says it is enough.</summary>
    public bool TryAsk(out PublishMark mark)
    {
        mark = _handed;
        if (_asking || !IsDue)
        {
            return false;
        }
        _asking = true;
        return true;
    }

    /// <summary>The server has taken everything up to a mark.</summary>
    /// <returns>The next mark to ask for, or null.</returns>
    public PublishMark? Reach(PublishMark mark)
    {
        _taken = mark;
        _asking = IsDue;
        return _asking ? _handed : null;
    }
}

/// <summary>How much was published up to a moment.</summary>
internal readonly record struct PublishMark(long Frames, long Bytes)
{
    public PublishMark Add(int bytes) => new(Frames + 1, Bytes + bytes);
}
