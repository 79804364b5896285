namespace GoHub.ClusterTests.Histories;

/// <summary>Who should have got what, and did not.</summary>
internal static class Delivery
{
    /// <summary>How long a message may be under way; a receiver that leaves before need not have got it.</summary>
    public static readonly TimeSpan Travel = TimeSpan.FromSeconds(5);

    /// <summary>C13, and completeness where no fault is: every message that was acknowledged reached every other member.</summary>
    /// <param name="history">What happened.</param>
    /// <param name="from">Messages sent before do not count.</param>
    /// <param name="to">Messages sent after do not count.</param>
    public static IEnumerable<string> ToEveryone(History history, TimeSpan from = default, TimeSpan? to = null) =>
        Missing(history, from, to ?? TimeSpan.MaxValue, (_, _) => true).Select(m => $"C13: {m}");

    /// <summary>P10: every message that was acknowledged, at whatever level, reached every other member on the publisher's node.</summary>
    public static IEnumerable<string> ToTheOwnNode(History history, TimeSpan from = default, TimeSpan? to = null) =>
        Missing(history, from, to ?? TimeSpan.MaxValue, (publisher, receiver) => publisher == receiver).Select(m => $"P10: {m}");

    /// <summary>The slowest delivery on one node among messages sent in a time; zero if there was none.</summary>
    public static TimeSpan SlowestOnTheOwnNode(History history, TimeSpan from, TimeSpan to)
    {
        var sent = history.Events.Where(e => e.Op == Op.Published && e.At >= from && e.At <= to).ToDictionary(e => e.Message);
        return history.Events.Where(e => e.Op == Op.Received && sent.TryGetValue(e.Message, out var p) && p.Node == e.Node)
            .Select(e => e.At - sent[e.Message].At).DefaultIfEmpty().Max();
    }

    /// <summary>P2: a member that missed a message of another node is told so.</summary>
    /// <param name="history">What happened; the clients must have asked for notices.</param>
    /// <param name="within">How long after the message, or after the last fault if that is later.</param>
    public static IEnumerable<string> Untold(History history, TimeSpan within)
    {
        var killed = history.Events.Where(e => e.Op == Op.Killed).Select(e => e.Node).ToHashSet();
        var healed = history.Events.Where(e => e.Op is Op.Healed or Op.Resumed).Select(e => e.At).ToArray();
        // Whoever is out of the room has been told enough.
        var gaps = history.Events.Where(e => e.Op is Op.Gap or Op.Evicted).ToLookup(e => (e.Client, e.Room));
        foreach (var (message, stay) in Misses(history, TimeSpan.Zero, TimeSpan.MaxValue, (publisher, receiver) => publisher != receiver))
        {
            // P2 makes no promise where the publisher's node died with the message.
            if (killed.Contains(message.Node))
            {
                continue;
            }
            var last = healed.Where(h => h > message.At).Append(message.At).Max();
            if (!gaps[(stay.Client, stay.Room)].Any(g => g.At >= message.At && g.At <= last + within))
            {
                yield return $"P2: {stay.Client} on {stay.Node} missed message {message.Number} of {message.Client} on {message.Node} in '{stay.Room}', sent at {message.At.TotalSeconds:0.000} s, and was not told.";
            }
        }
    }

    private static IEnumerable<string> Missing(History history, TimeSpan from, TimeSpan to, Func<string, string, bool> nodes) =>
        Misses(history, from, to, nodes).Select(m =>
            $"{m.Stay.Client} on {m.Stay.Node} did not get message {m.Message.Number} of {m.Message.Client} on {m.Message.Node} in '{m.Stay.Room}', sent at {m.Message.At.TotalSeconds:0.000} s.");

    private static IEnumerable<(HistoryEvent Message, Stay Stay)> Misses(History history, TimeSpan first, TimeSpan last, Func<string, string, bool> nodes)
    {
        var acked = history.Events.Where(e => e.Op == Op.Acked).Select(e => e.Message).ToHashSet();
        var received = history.Events.Where(e => e.Op == Op.Received).Select(e => (e.Client, e.Message)).ToHashSet();
        var stays = Stay.All(history).ToLookup(s => s.Room);
        return
            from message in history.Events
            where message.Op == Op.Published && message.At >= first && message.At <= last && acked.Contains(message.Message)
            from stay in stays[message.Room]
            where stay.Client != message.Client && stay.Covers(message.At, message.At + Travel) && nodes(message.Node, stay.Node)
            where !received.Contains((stay.Client, message.Message))
            select (message, stay);
    }
}
