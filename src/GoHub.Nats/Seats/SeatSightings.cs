namespace GoHub.Nats.Seats;

/// <summary>When this node first saw each hold as it is now. A hold that has not changed for a lease belongs to a node that is gone; nobody's wall clock is asked.</summary>
/// <remarks>Owner of the sightings of rooms asked for in the last four leases. Threads: any.</remarks>
internal sealed class SeatSightings(TimeProvider time, TimeSpan lease)
{
    /// <summary>After so many leases without a question a room is forgotten; its holds are then new again, which only makes the next wait longer.</summary>
    private const int Memory = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private long _swept = time.GetTimestamp();

    /// <summary>The holds that are not too old, the asking node's left out.</summary>
    public IReadOnlyList<SeatHold> Others(string name, IReadOnlyList<SeatHold> holds, ulong node)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            Sweep(now);
            var room = See(name, holds, now);
            return [.. holds.Where(h => h.Node != node && time.GetElapsedTime(room.Seen[h.Node].Since, now) < lease)];
        }
    }

    /// <summary>What this node has written itself is seen with that.</summary>
    public void Wrote(string name, IReadOnlyList<SeatHold> holds)
    {
        lock (_gate)
        {
            See(name, holds, time.GetTimestamp());
        }
    }

    private Room See(string name, IReadOnlyList<SeatHold> holds, long now)
    {
        var before = _rooms.GetValueOrDefault(name);
        var seen = new Dictionary<ulong, (SeatHold Hold, long Since)>();
        foreach (var hold in holds)
        {
            seen[hold.Node] = before is { } room && room.Seen.TryGetValue(hold.Node, out var known) && known.Hold == hold ? known : (hold, now);
        }
        var after = new Room(seen, now);
        _rooms[name] = after;
        return after;
    }

    private void Sweep(long now)
    {
        if (time.GetElapsedTime(_swept, now) < lease)
        {
            return;
        }
        _swept = now;
        foreach (var (name, room) in _rooms)
        {
            if (time.GetElapsedTime(room.Asked, now) > lease * Memory)
            {
                _rooms.Remove(name);
            }
        }
    }

    private sealed record Room(Dictionary<ulong, (SeatHold Hold, long Since)> Seen, long Asked);
}
