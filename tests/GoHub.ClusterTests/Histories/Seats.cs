namespace GoHub.ClusterTests.Histories;

/// <summary>C9: at no moment are more clients surely in a room than it has seats.</summary>
/// <remarks>
/// A node that was suspended holds its members' seats no longer for sure: from the moment it stops until a member shows that it is one again,
/// by a message taken from it or given to it after the node went on.
/// </remarks>
internal static class Seats
{
    /// <param name="history">What happened.</param>
    /// <param name="lease">A node suspended for less keeps its seats. Default 13 s: a lease of 15 s less the 2 s of the fence.</param>
    public static IEnumerable<string> In(History history, TimeSpan? lease = null)
    {
        var capacities = history.Events.Where(e => e.Op == Op.RoomCreated && e.Number > 0).ToDictionary(e => e.Room, e => e.Number);
        var sure = Stay.All(history).Where(s => capacities.ContainsKey(s.Room)).SelectMany(s => Sure(history, s, lease ?? TimeSpan.FromSeconds(13)));
        foreach (var room in sure.GroupBy(s => s.Room))
        {
            // Ends before starts: a seat given back and taken in the same moment is one seat.
            var steps = room.Select(s => (At: s.From, Change: 1)).Concat(room.Where(s => s.To is not null).Select(s => (At: s.To!.Value, Change: -1)));
            var (taken, most, when) = (0, 0, TimeSpan.Zero);
            foreach (var (at, change) in steps.OrderBy(s => s.At).ThenBy(s => s.Change))
            {
                taken += change;
                (most, when) = taken > most ? (taken, at) : (most, when);
            }
            if (most > capacities[room.Key])
            {
                yield return $"C9: {most} members in '{room.Key}' at {when.TotalSeconds:0.000} s, where {capacities[room.Key]} have seats.";
            }
        }
    }

    private static IEnumerable<Stay> Sure(History history, Stay stay, TimeSpan lease)
    {
        var events = history.Events;
        foreach (var stop in events.Where(e => e.Op == Op.Suspended && e.Node == stay.Node).OrderBy(e => e.At))
        {
            if (stop.At <= stay.From || stop.At >= (stay.To ?? TimeSpan.MaxValue))
            {
                continue;
            }
            var resumed = events.FirstOrDefault(e => e.Op == Op.Resumed && e.Node == stay.Node && e.At >= stop.At)?.At;
            if (resumed - stop.At < lease)
            {
                continue;
            }
            yield return stay with { To = stop.At };
            var proof = events.FirstOrDefault(e => e.Client == stay.Client && e.Room == stay.Room && e.Op is Op.Acked or Op.Received && e.At > resumed);
            if (proof is null || proof.At >= (stay.To ?? TimeSpan.MaxValue))
            {
                yield break;
            }
            stay = stay with { From = proof.At };
        }
        yield return stay;
    }
}
