namespace GoHub.Redis;

/// <summary>How much was published that Redis has not been seen to take.</summary>
/// <remarks>
/// Redis answers in order, so the answer to one publication proves that all before it were taken. Only some are therefore asked for an answer
/// (a mark); the others are sent and forgotten, which costs the library neither a task nor a wake-up. What follows the last mark stays counted
/// as on its way, which is less than one mark's worth. Owner: one <see cref="RedisLink"/>. Threads: under that link's lock.
/// </remarks>
internal sealed class PublishWindow
{
    /// <summary>Unit: bytes; as <see cref="Bus.BusPublish.Busy"/> promises.</summary>
    public const long MaxBytes = 8 * 1024 * 1024;

    /// <summary>Unit: frames.</summary>
    public const long MaxFrames = 10_000;

    private const long BytesPerMark = 64 * 1024;

    private const long FramesPerMark = 256;

    private Point _sent;
    private Point _marked;
    private Point _taken;
    private int _marks;

    public enum Entry
    {
        /// <summary>Too much is on its way.</summary>
        Full,

        /// <summary>Send and forget.</summary>
        Plain,

        /// <summary>Ask for an answer, and call <see cref="Taken"/> when it comes.</summary>
        Mark,
    }

    /// <summary>Bytes and frames counted from the beginning.</summary>
    public readonly record struct Point(long Bytes, long Frames);

    /// <summary>What is on its way.</summary>
    public Point InFlight => new(_sent.Bytes - _taken.Bytes, _sent.Frames - _taken.Frames);

    /// <param name="length">Unit: bytes.</param>
    /// <param name="needsAnswer">Whether an answer is wanted anyway.</param>
    /// <param name="reached">What is proved once a mark is answered.</param>
    public Entry Enter(int length, bool needsAnswer, out Point reached)
    {
        reached = new Point(_sent.Bytes + length, _sent.Frames + 1);
        var flight = InFlight;
        // A frame that is larger than the window goes alone.
        if (_marks > 0 && (flight.Frames >= MaxFrames || flight.Bytes + length > MaxBytes))
        {
            return Entry.Full;
        }
        _sent = reached;
        if (!needsAnswer && _sent.Bytes - _marked.Bytes < BytesPerMark && _sent.Frames - _marked.Frames < FramesPerMark)
        {
            return Entry.Plain;
        }
        _marked = _sent;
        _marks++;
        return Entry.Mark;
    }

    public void Taken(Point reached)
    {
        _marks--;
        if (reached.Frames > _taken.Frames)
        {
            _taken = reached;
        }
    }
}
