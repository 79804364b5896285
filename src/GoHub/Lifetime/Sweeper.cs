using GoHub.Connections;
using GoHub.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoHub.Lifetime;

/// <summary>The one clock of all connections: pings, idle and write timeouts, token expiry, close deadlines.</summary>
/// <remarks>One timer for a node, since a timer for each of 100,000 connections costs more than a look at each.</remarks>
internal sealed class Sweeper(ConnectionRegistry registry, ConnectBurst burst, TimeProvider time, ILogger<Sweeper> logger) : BackgroundService
{
    /// <summary>How late anything may be. A look at 100,000 connections takes a few milliseconds.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                Sweep();
                burst.Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private void Sweep()
    {
        var timestamp = time.GetTimestamp();
        var now = time.GetUtcNow();
        foreach (var connection in registry.All)
        {
            try
            {
                connection.Sweep(timestamp, now);
            }
            catch (Exception e)
            {
                Log.SweepFailed(logger, e);
            }
        }
    }
}
