namespace GoHub.Tests.Cluster.Seats;

/// <summary>The store of the simulation: as the ones behind real buses, and it can forget what it knew.</summary>
/// <param name="keepsOrder">Whether a request has no effect once a later one of the same room and node had, as the real ones must.</param>
internal sealed class SimSeats(bool keepsOrder)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private Dictionary<(int Room, int Node), Hold> _holds = [];
    private Dictionary<(int Room, int Node), Hold> _snapshot = [];

    /// <summary>How often it has lost data.</summary>
    public int Incarnation { get; private set; }

    public TimeSpan LostAt { get; private set; }

    public int Apply(int room, int node, int wanted, int capacity, long order, TimeSpan now)
    {
        foreach (var (key, hold) in _holds)
        {
            if (hold.Until <= now)
            {
                _holds.Remove(key);
            }
        }
        if (keepsOrder && _holds.TryGetValue((room, node), out var own) && own.Order > order)
        {
            return own.Seats;
        }
        var left = capacity - _holds.Where(h => h.Key.Room == room && h.Key.Node != node).Sum(h => h.Value.Seats);
        var held = Math.Clamp(wanted, 0, Math.Max(0, left));
        if (held > 0)
        {
            _holds[(room, node)] = new(held, now + Lease, order);
        }
        else
        {
            _holds.Remove((room, node));
        }
        return held;
    }

    public int Held(int room, int node, TimeSpan now) => _holds.TryGetValue((room, node), out var hold) && hold.Until > now ? hold.Seats : 0;

    public int Held(int room, TimeSpan now) => _holds.Where(h => h.Key.Room == room && h.Value.Until > now).Sum(h => h.Value.Seats);

    public void Save() => _snapshot = new(_holds);

    public void LoseData(bool everything, TimeSpan now)
    {
        _holds = everything ? [] : new(_snapshot);
        Incarnation++;
        LostAt = now;
    }

    private readonly record struct Hold(int Seats, TimeSpan Until, long Order);
}
