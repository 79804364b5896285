namespace GoHub.Transport;

/// <summary>Settings of the epoll transport.</summary>
/// <remarks>Read once, when the first endpoint is bound.</remarks>
public sealed class EpollTransportOptions
{
    /// <summary>Loops, each one thread with its own share of the connections. 0, the default: one for each processor. Range 0 to 1,024.</summary>
    public int Loops { get; set; }

    /// <summary>Connections that the kernel has accepted and the server has not. Default 4,096; the kernel takes no more than <c>net.core.somaxconn</c>.</summary>
    public int Backlog { get; set; } = 4096;

    /// <summary>How much may have come from a client and wait for the app before no more is read. Unit: bytes. Default 1 MiB, as the stock transport.</summary>
    public long MaxReadBufferSize { get; set; } = 1024 * 1024;

    /// <summary>How much of the app's output may wait for a client before the app's writes wait. Unit: bytes. Default 64 KiB, as the stock transport.</summary>
    public long MaxWriteBufferSize { get; set; } = 64 * 1024;

    /// <summary>Whether small writes leave at once (TCP_NODELAY). Default true.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Whether anything is bound here at all; otherwise the stock transport does it.</summary>
    internal bool IsEnabled { get; set; } = true;

    internal int LoopCount => Loops > 0 ? Loops : Environment.ProcessorCount;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Loops);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Loops, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(Backlog, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxReadBufferSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWriteBufferSize, 1);
    }
}
