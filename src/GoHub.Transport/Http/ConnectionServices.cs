using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace GoHub.Transport.Http;

/// <summary>What every connection of a listener needs; one instance for all.</summary>
internal sealed class ConnectionServices
{
    public ConnectionServices(EpollTransportOptions options, KestrelServerLimits limits, IMemoryPoolFactory<byte> pools, TransportMetrics metrics, ILogger logger)
    {
        Options = options;
        MaxConnections = limits.MaxConcurrentConnections ?? long.MaxValue;
        // Kestrel counts upgraded connections until their request ends, which a handover would bring about.
        MayHandOver = limits.MaxConcurrentUpgradedConnections is null;
        Metrics = metrics;
        Logger = logger;
        Pool = pools.Create(new MemoryPoolOptions { Owner = "gohub.transport" });
        // The app's code never runs on a loop: whoever waits for input goes on in the thread pool.
        Input = new PipeOptions(Pool, PipeScheduler.ThreadPool, PipeScheduler.Inline, options.MaxReadBufferSize, options.MaxReadBufferSize / 2, useSynchronizationContext: false);
        Outputs = [.. Enumerable.Range(0, options.LoopCount).Select(_ =>
            new PipeOptions(Pool, new SendScheduler(), PipeScheduler.ThreadPool, options.MaxWriteBufferSize, options.MaxWriteBufferSize / 2, useSynchronizationContext: false))];
    }

    public EpollTransportOptions Options { get; }

    /// <summary>Kestrel's own limit, which stops counting a connection that is handed over.</summary>
    public long MaxConnections { get; }

    public bool MayHandOver { get; }

    public TransportMetrics Metrics { get; }

    public ILogger Logger { get; }

    public MemoryPool<byte> Pool { get; }

    public PipeOptions Input { get; }

    /// <summary>For each loop, so that the sends of different loops go side by side.</summary>
    public PipeOptions[] Outputs { get; }
}
