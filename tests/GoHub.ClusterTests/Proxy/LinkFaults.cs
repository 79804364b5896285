namespace GoHub.ClusterTests.Proxy;

/// <summary>Which way bytes go through a <see cref="FaultProxy"/>.</summary>
internal enum Direction
{
    /// <summary>From the node to the bus.</summary>
    Up,

    /// <summary>From the bus to the node.</summary>
    Down,
}

/// <summary>What happens to the bytes of one direction.</summary>
internal enum Passage
{
    /// <summary>They pass.</summary>
    Open,

    /// <summary>They wait; whoever sends feels it once the buffers are full. Afterwards everything goes on.</summary>
    Frozen,

    /// <summary>They vanish, and the sender does not notice. A connection that has lost bytes is reset when the way is opened again.</summary>
    Blackhole,
}

/// <summary>What is wrong with one direction of a link; the default is nothing.</summary>
internal sealed record LinkFaults
{
    public static readonly LinkFaults None = new();

    public Passage Passage { get; init; } = Passage.Open;

    /// <summary>How long each byte is under way at least.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How much longer at most; the order is kept.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Bandwidth of each connection; 0: no limit.</summary>
    public int BytesPerSecond { get; init; }

    /// <summary>Largest piece that is sent at once; 0: as it comes.</summary>
    public int SliceBytes { get; init; }
}
