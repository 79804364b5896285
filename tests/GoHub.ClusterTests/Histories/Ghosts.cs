namespace GoHub.ClusterTests.Histories;

/// <summary>C10: a connection that is over is gone from every node's view in time, and in the end every view is the truth.</summary>
internal static class Ghosts
{
    /// <param name="history">What happened.</param>
    /// <param name="within">How long after its end a connection may still be shown. Source: promise P8, 15 to 16 s after a node's death; at once after a client's own end, plus a round trip.</param>
    public static IEnumerable<string> In(History history, TimeSpan within)
    {
        var over = new Dictionary<string, TimeSpan>();
        var nodes = history.Events.Where(e => e.Op == Op.Connected).ToDictionary(e => e.Client, e => e.Node);
        foreach (var e in history.Events)
        {
            foreach (var client in e.Op switch { Op.Ended => [e.Client], Op.Killed => nodes.Where(n => n.Value == e.Node).Select(n => n.Key), _ => [] })
            {
                over.TryAdd(client, e.At);
            }
        }
        foreach (var view in history.Events.Where(e => e.Op == Op.View))
        {
            foreach (var ghost in view.Members!.Where(m => over.TryGetValue(m, out var end) && TimeSpan.FromTicks(view.Number) > end + within))
            {
                yield return $"C10: {view.Node} shows {ghost} in '{view.Room}' {(TimeSpan.FromTicks(view.Number) - over[ghost]).TotalSeconds:0.0} s after its end.";
            }
        }
    }

    /// <summary>The last view of each node and room is exactly who is there; for histories that end in quiet.</summary>
    public static IEnumerable<string> AtTheEnd(History history)
    {
        var truth = Stay.All(history).Where(s => s.To is null).ToLookup(s => s.Room, s => s.Client);
        foreach (var view in history.Events.Where(e => e.Op == Op.View).GroupBy(e => (e.Node, e.Room)).Select(g => g.Last()))
        {
            var missing = truth[view.Room].Except(view.Members!).ToArray();
            var surplus = view.Members!.Except(truth[view.Room]).ToArray();
            if (missing.Length + surplus.Length > 0 || view.Members!.Distinct().Count() != view.Members!.Count)
            {
                yield return $"C10: {view.Node} shows {view.Members!.Count} in '{view.Room}'; missing: {string.Join(", ", missing)}; too many: {string.Join(", ", surplus)}.";
            }
        }
    }
}
