namespace GoHub.ClusterTests.Histories;

/// <summary>C2: no client gets a message twice.</summary>
internal static class NoDuplicates
{
    public static IEnumerable<string> In(History history) => history.Events
        .Where(e => e.Op == Op.Received)
        .GroupBy(e => (e.Client, e.Message))
        .Where(g => g.Count() > 1)
        .Select(g => $"C2: {g.Key.Client} got message {g.Key.Message.Number} of {g.Key.Message.From} in '{g.Key.Message.Room}' {g.Count()} times.");
}
