namespace GoHub.Transport.Loops;

/// <summary>Something to be done on a loop's thread; one object for however many items.</summary>
internal abstract class LoopWork
{
    /// <summary>Must not block and must not throw.</summary>
    public abstract void Run(object? first, object? second);
}

/// <summary>One thing to do, and what to do it with.</summary>
internal readonly record struct LoopItem(LoopWork Work, object? First, object? Second);

/// <summary>What a loop does at the end of each of its turns, before it waits again.</summary>
internal abstract class LoopTicker
{
    /// <returns>Unit: microseconds until it wants to be called again; -1 if only events matter.</returns>
    public abstract long Tick();
}

/// <summary>Something with a descriptor that a loop watches.</summary>
/// <remarks>Owner: the loop's thread, which alone calls these.</remarks>
internal interface ILoopSource
{
    /// <summary>Where the loop keeps it; the loop's own.</summary>
    int Slot { get; set; }

    /// <param name="events">EPOLL… bits.</param>
    void OnReady(int events);

    /// <summary>The loop ends; the descriptor is to be closed.</summary>
    void OnLoopEnded();
}
