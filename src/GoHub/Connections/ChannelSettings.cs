using System.Diagnostics;

namespace GoHub.Connections;

/// <summary>The options a channel needs, in the units it counts in; one instance for all connections of a node.</summary>
internal sealed class ChannelSettings
{
    /// <summary>How long a close handshake may take. Source: security list of the design.</summary>
    private static readonly TimeSpan CloseTimeoutSpan = TimeSpan.FromSeconds(2);

    public ChannelSettings(GoHubOptions options, TimeProvider time)
    {
        Time = time;
        MaxMessageSize = options.MaxMessageSize;
        MaxQueuedMessages = options.SendQueue.MaxMessages;
        MaxQueuedBytes = options.SendQueue.MaxBytes;
        WhenFull = options.SendQueue.WhenFull;
        SocketSendBuffer = options.SendQueue.SocketBytes;
        FlushInterval = (long)(options.FlushInterval.TotalSeconds * Stopwatch.Frequency);
        Deflater = options.Compression.Enabled ? new FrameDeflater(options.Compression.MinSize) : null;
        IdleTimeout = Ticks(options.IdleTimeout);
        WriteTimeout = Ticks(options.WriteTimeout);
        CloseTimeout = Ticks(CloseTimeoutSpan);
        PingWindow = Ticks(TimeSpan.FromSeconds(10));
        PingInterval = Ticks(options.KeepAliveInterval);
        // A listener that sends nothing must get the chance to answer before it counts as idle.
        if (PingInterval > 0 && IdleTimeout > 0)
        {
            PingInterval = Math.Min(PingInterval, IdleTimeout / 2);
        }

        long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
    }

    public TimeProvider Time { get; }

    public int MaxMessageSize { get; }

    public int MaxQueuedMessages { get; }

    public int MaxQueuedBytes { get; }

    public SlowConsumer WhenFull { get; }

    /// <summary>Unit: bytes, as SO_SNDBUF counts them.</summary>
    public int SocketSendBuffer { get; }

    /// <summary>Unit: ticks of <see cref="Stopwatch"/>.</summary>
    public long FlushInterval { get; }

    /// <summary>Null where compression is off.</summary>
    public FrameDeflater? Deflater { get; }

    public long PingInterval { get; }

    public long IdleTimeout { get; }

    public long WriteTimeout { get; }

    public long CloseTimeout { get; }

    /// <summary>Pings that a client may send within <see cref="PingWindow"/> before it is closed with 1008. Source: security list of the design.</summary>
    public const int MaxPings = 20;

    public long PingWindow { get; }
}
