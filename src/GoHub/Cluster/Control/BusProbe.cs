namespace GoHub.Cluster;

/// <summary>Whether the bus still carries anything: a frame to ourselves every 2 s.</summary>
/// <remarks>
/// Pure. A connection that is open proves nothing: a paused Redis keeps it, and a broken network too (cluster design F7, §1.7).
/// Owner: <see cref="ControlCore"/>.
/// </remarks>
internal sealed class BusProbe
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Misses after which the bus counts as down. Source: cluster design §1.7: three.</summary>
    private const int MaxMisses = 3;

    private TimeSpan _nextAt;
    private int _misses;

    /// <summary>The bus is there, or there again.</summary>
    public void Start(TimeSpan now) => (_nextAt, _misses) = (now, 0);

    public void Echo() => _misses = 0;

    /// <returns>What to do: send a probe, or take the bus for dead.</returns>
    public (bool Send, bool Silent) Tick(TimeSpan now)
    {
        if (now < _nextAt)
        {
            return (false, false);
        }
        _nextAt = now + Period;
        return ++_misses > MaxMisses ? (false, true) : (true, false);
    }
}
