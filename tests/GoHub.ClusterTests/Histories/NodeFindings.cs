namespace GoHub.ClusterTests.Histories;

/// <summary>What a node itself shows: its log, its counters, its memory.</summary>
internal static class NodeFindings
{
    /// <summary>C12: no log line at Error or above, but those that a test expects.</summary>
    /// <param name="node">For the finding.</param>
    /// <param name="lines">What it printed: one JSON object a line.</param>
    /// <param name="allowed">Ids of the expected ones.</param>
    public static IEnumerable<string> Errors(string node, IEnumerable<string> lines, params int[] allowed)
    {
        foreach (var line in lines)
        {
            JsonNode? entry;
            try
            {
                entry = JsonNode.Parse(line);
            }
            catch (JsonException)
            {
                // Not the log: what the runtime says when a process ends by an exception nobody caught.
                entry = null;
            }
            if (entry is null || (entry["LogLevel"]?.GetValue<string>() is "Error" or "Critical" && !allowed.Contains(entry["EventId"]?.GetValue<int>() ?? 0)))
            {
                yield return $"C12: {node} said: {(line.Length > 500 ? line[..500] : line)}";
            }
        }
    }

    /// <summary>C12: the node's memory stays below a bound.</summary>
    public static IEnumerable<string> Memory(string node, long residentBytes, long limit = 400L * 1024 * 1024) =>
        residentBytes <= limit ? [] : [$"C12: {node} takes {residentBytes / 1048576} MiB, more than {limit / 1048576}."];

    /// <summary>C11: a node got no more room frames between two readings of its metrics than it should.</summary>
    public static IEnumerable<string> RoomFrames(string node, Metrics before, Metrics after, double expected = 0)
    {
        var frames = RoomFramesOf(after) - RoomFramesOf(before);
        return frames <= expected ? [] : [$"C11: {node} got {frames} room frames, where {expected} were due."];
    }

    private static double RoomFramesOf(Metrics metrics) => metrics.Text.Split('\n')
        .Where(l => l.StartsWith("gohub_bus_frames_received_total{", StringComparison.Ordinal) && l.Contains("kind=\"room\"", StringComparison.Ordinal))
        .Sum(l => Metrics.Parse(l)["gohub_bus_frames_received_total"]);
}
