namespace GoHub.Cluster;

/// <summary>A request to the store. The next is made only when this one has ended, whatever its outcome.</summary>
/// <param name="Number">To be handed back with the outcome.</param>
/// <param name="Wanted">Seats this node wants to hold from now on.</param>
/// <param name="Capacity">Seats of the room.</param>
internal readonly record struct SeatAsk(long Number, int Wanted, int Capacity);

/// <summary>What a <see cref="SeatKeeper"/> wants done after an event.</summary>
internal sealed class SeatEffects
{
    public SeatAsk? Ask { get; set; }

    /// <summary>Joins that are decided.</summary>
    public List<(long Join, SeatResult Result)> Answers { get; } = [];

    /// <summary>How many members have no seat any more. Each must be reported as left, like any other that leaves.</summary>
    public int Evict { get; set; }
}
