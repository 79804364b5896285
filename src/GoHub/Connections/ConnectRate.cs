namespace GoHub.Connections;

/// <summary>Lets a stated number of connections in within any one second, and tells the others when there will be room: after the loss of a node all its clients come at once.</summary>
/// <remarks>
/// Owner of the times at which the last ones came. Threads: any.
/// Each who is refused is promised a moment of its own, one after the other, so that those who heed <c>Retry-After</c> come back as fast as they are let in.
/// </remarks>
internal sealed class ConnectRate
{
    /// <summary>Nobody is sent away for longer; who was promised more may have gone elsewhere. Unit: seconds.</summary>
    private const int LongestWait = 60;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long[] _entered; // Timestamps, the oldest at _next.
    private readonly long _second;
    private int _next;
    private long _promised;

    /// <param name="perSecond">0: no limit.</param>
    /// <param name="time">The node's.</param>
    public ConnectRate(int perSecond, TimeProvider time)
    {
        _time = time;
        _second = time.TimestampFrequency;
        _entered = new long[perSecond];
        Array.Fill(_entered, long.MinValue);
    }

    /// <returns>0 for who may come in; else after how many seconds to try again.</returns>
    public int TryEnter()
    {
        if (_entered.Length == 0)
        {
            return 0;
        }
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            ref var oldest = ref _entered[_next];
            if (oldest == long.MinValue || now - oldest >= _second)
            {
                oldest = now;
                _next = (_next + 1) % _entered.Length;
                return 0;
            }
            _promised = Math.Min(Math.Max(_promised, oldest + _second) + (_second / _entered.Length), now + (LongestWait * _second));
            return (int)Math.Ceiling((_promised - now) / (double)_second);
        }
    }
}
