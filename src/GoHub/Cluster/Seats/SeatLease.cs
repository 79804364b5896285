namespace GoHub.Cluster;

/// <summary>Whether this node may still act for the members it has in one room with a limit.</summary>
/// <remarks>
/// It may not once its hold was not confirmed for a lease (the process was stopped, the store out of reach): others may have been given the seats.
/// Such a room is suspended here: nothing is delivered in it and nobody admitted, until the hold is confirmed and whoever no longer fits is out.
/// One object stands for a room from its first use until <see cref="RoomSeats.Forget(string)"/>. Owner of one number, which <see cref="SeatedRoom"/> sets. Threads: any.
/// </remarks>
internal sealed class SeatLease(string roomId, TimeProvider time)
{
    private const long Never = long.MaxValue;

    // Unit: ticks of the monotonic clock.
    private long _until = Never;

    public string RoomId { get; } = roomId;

    /// <summary>Asked before each delivery in the room. A room without members has no lease to lapse.</summary>
    public bool HasLapsed
    {
        get
        {
            var until = Volatile.Read(ref _until);
            return until != Never && time.GetElapsedTime(0).Ticks >= until;
        }
    }

    /// <param name="until">By the same clock; <see cref="TimeSpan.MaxValue"/>: never, <see cref="TimeSpan.MinValue"/>: at once.</param>
    internal void LastUntil(TimeSpan until) => Volatile.Write(ref _until, until.Ticks);
}
