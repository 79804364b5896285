namespace GoHub.Bus;

/// <summary>Seats in the memory of one process: the model that the stores of real buses are compared with.</summary>
/// <remarks>Owner of the holds. Threads: any.</remarks>
internal sealed class MemorySeats(TimeProvider time) : ISeatStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<ulong, (int Held, long Until)>> _rooms = new(StringComparer.Ordinal);

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    public ValueTask<int> HoldAsync(string room, ulong node, int wanted, int capacity, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!_rooms.TryGetValue(room, out var holds))
            {
                _rooms[room] = holds = [];
            }
            foreach (var (other, hold) in holds)
            {
                if (hold.Until <= now)
                {
                    holds.Remove(other);
                }
            }
            var left = capacity - holds.Where(h => h.Key != node).Sum(h => h.Value.Held);
            var held = Math.Clamp(wanted, 0, Math.Max(0, left));
            if (held > 0)
            {
                holds[node] = (held, now + (long)(Lease.TotalSeconds * time.TimestampFrequency));
            }
            else
            {
                holds.Remove(node);
            }
            if (holds.Count == 0)
            {
                _rooms.Remove(room);
            }
            return ValueTask.FromResult(held);
        }
    }
}
