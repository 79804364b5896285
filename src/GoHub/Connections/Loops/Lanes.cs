using GoHub.Diagnostics;
using GoHub.Transport.Loops;
using Microsoft.Extensions.Logging;

namespace GoHub.Connections.Loops;

/// <summary>All lanes of a node, and the brake for those who send faster than its loops deliver.</summary>
/// <remarks>Threads: any. The brake slows senders only: no reader is waited for, here or elsewhere.</remarks>
internal sealed class Lanes(ChannelSettings settings, GoHubMetrics metrics, ILogger<GoHubConnection> logger)
{
    /// <summary>Deliveries that may wait for one loop before senders have to: about 50 ms of its work.</summary>
    public const int MaxPendingDeliveries = 32 * 1024;

    /// <summary>What may wait for one loop before senders have to. Unit: bytes of frames.</summary>
    public const long ManyPendingBytes = MaxPendingBytes / 4;

    /// <summary>What may wait for one loop at all; more is dropped and counted. Unit: bytes of frames.</summary>
    public const long MaxPendingBytes = 64 * 1024 * 1024;

    private static readonly LoopWork Beginning = new Begin();

    private readonly Lock _gate = new();
    private volatile Lane[] _lanes = [];
    private volatile TaskCompletionSource? _relief;

    /// <summary>The lanes that have been used.</summary>
    public Lane[] All => _lanes;

    public bool IsCongested => _relief is not null;

    public Lane Of(EventLoop loop)
    {
        if (loop.Ticker is Lane known)
        {
            return known;
        }
        lock (_gate)
        {
            if (loop.Ticker is Lane made)
            {
                return made;
            }
            var lane = new Lane(loop, this, settings, metrics, logger);
            loop.Ticker = lane;
            loop.Post(Beginning, lane);
            _lanes = [.. _lanes, lane];
            return lane;
        }
    }

    /// <summary>A lane has more to deliver than it should.</summary>
    public void Congested(Lane lane)
    {
        lock (_gate)
        {
            if (lane.IsBehind)
            {
                _relief ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Lets senders go on as soon as no lane is behind.</summary>
    public void Relieve()
    {
        TaskCompletionSource? relief;
        lock (_gate)
        {
            if (!Array.TrueForAll(_lanes, static lane => lane.HasCaughtUp))
            {
                return;
            }
            relief = _relief;
            _relief = null;
        }
        relief?.TrySetResult();
    }

    /// <summary>Done once no lane is behind.</summary>
    public Task RelievedAsync() => _relief?.Task ?? Task.CompletedTask;

    private sealed class Begin : LoopWork
    {
        public override void Run(object? first, object? second) => ((Lane)first!).Metrics.Messages.CountApart();
    }
}
