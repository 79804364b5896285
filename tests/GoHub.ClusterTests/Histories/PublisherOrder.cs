namespace GoHub.ClusterTests.Histories;

/// <summary>C5: a client gets the messages of one publisher in one room in the order they were sent, though maybe not all.</summary>
internal static class PublisherOrder
{
    public static IEnumerable<string> In(History history)
    {
        var last = new Dictionary<(string Client, string Room, string From), long>();
        foreach (var e in history.Events.Where(e => e.Op == Op.Received))
        {
            var line = (e.Client, e.Room, e.From);
            if (last.TryGetValue(line, out var before) && e.Number < before)
            {
                yield return $"C5: {e.Client} got message {e.Number} of {e.From} in '{e.Room}' after {before}.";
            }
            last[line] = e.Number;
        }
    }
}
