using GoHub.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Lifetime;

/// <summary>Gives back what a burst of connects leaves behind: 9 KB of garbage for each handshake, which an idle node would keep for ever.</summary>
/// <remarks>Owner: <see cref="Sweeper"/>, which alone calls it. Source: prototype, 6.4 KB a connection fell to 2.4 KB (docs/decisions/0021).</remarks>
internal sealed class ConnectBurst(IOptions<GoHubOptions> options, GoHubMetrics metrics, TimeProvider time, ILogger<ConnectBurst> logger)
{
    // Below this the garbage of a burst is not worth a collection.
    private const int Worthwhile = 1000;

    // Above this a blocking collection takes longer than anybody should wait.
    private const long LargestHeap = 512L * 1024 * 1024;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    private readonly bool _enabled = options.Value.TrimAfterConnects;
    private long _seen;
    private long _burst;
    private long _collected;

    /// <summary>Looks whether a burst has just ended. Called twice a second.</summary>
    public void Look()
    {
        var opened = metrics.ConnectionsOpened;
        var fresh = opened - _seen;
        _seen = opened;
        _burst += fresh;
        // Over when less than a fiftieth came in this half second.
        if (!_enabled || _burst < Worthwhile || fresh > _burst / 50 || IsResting)
        {
            return;
        }
        var burst = _burst;
        _burst = 0;
        _collected = time.GetTimestamp();
        if (GC.GetTotalMemory(forceFullCollection: false) < LargestHeap)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Log.MemoryGivenBack(logger, burst, (long)time.GetElapsedTime(_collected).TotalMilliseconds);
        }
    }

    private bool IsResting => _collected != 0 && time.GetElapsedTime(_collected) < Rest;
}
