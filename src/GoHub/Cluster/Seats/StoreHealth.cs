using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>Says once that the store fails, and once that it is back, whatever many rooms ask meanwhile.</summary>
/// <remarks>Owner of when it failed. Threads: any.</remarks>
internal sealed class StoreHealth(TimeProvider time, ILogger logger)
{
    /// <summary>How long nothing may have failed before it is called back: one room's trouble between the successes of others is one fault.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>After how long a failure is another fault, though nobody asked in between.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _failedAt;
    private volatile bool _failing;

    /// <param name="why">For the log.</param>
    /// <param name="bug">An exception that a store must not throw.</param>
    public void Failed(string why, Exception? bug = null)
    {
        lock (_gate)
        {
            var said = _failing && time.GetElapsedTime(_failedAt) < Forgotten;
            _failing = true;
            _failedAt = time.GetTimestamp();
            if (said)
            {
                return;
            }
        }
        if (bug is not null)
        {
            SeatLog.StoreFaulted(logger, bug);
        }
        SeatLog.StoreFailed(logger, why);
    }

    public void Succeeded()
    {
        if (!_failing)
        {
            return;
        }
        lock (_gate)
        {
            if (!_failing || time.GetElapsedTime(_failedAt) < Quiet)
            {
                return;
            }
            _failing = false;
        }
        SeatLog.StoreBack(logger);
    }
}
