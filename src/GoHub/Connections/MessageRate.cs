namespace GoHub.Connections;

/// <summary>What becomes of a message that a client sends.</summary>
internal enum RateVerdict
{
    Pass,
    Drop,
    Close,
}

/// <summary>Holds one connection to its messages per second: a bucket of one second's worth that refills steadily.</summary>
/// <remarks>Owner: the connection's reader. Threads: one at a time.</remarks>
internal sealed class MessageRate(int perSecond)
{
    // Who has this many seconds' worth dropped without a second's pause in between keeps on.
    private const int Patience = 10;
    private const int LeastPatience = 100;

    private double _tokens = perSecond;
    private long _last;
    private long _lastDrop;
    private int _dropped;

    public RateVerdict Take(TimeProvider time)
    {
        var now = time.GetTimestamp();
        var frequency = time.TimestampFrequency;
        if (_last != 0)
        {
            _tokens = Math.Min(perSecond, _tokens + ((double)(now - _last) / frequency * perSecond));
        }
        _last = now;
        if (_tokens >= 1)
        {
            _tokens--;
            return RateVerdict.Pass;
        }
        _dropped = now - _lastDrop > frequency ? 1 : _dropped + 1;
        _lastDrop = now;
        return _dropped >= Math.Max(LeastPatience, Patience * perSecond) ? RateVerdict.Close : RateVerdict.Drop;
    }
}
