using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace GoHub.ClusterTests.Histories;

/// <summary>All that the clients of one test did and saw, and what was done to the nodes.</summary>
/// <remarks>Owner: the test. Threads: any may add; the order of one client's events is the order in which it saw them.</remarks>
internal sealed class History
{
    private static readonly JsonSerializerOptions Lines = new(WireJson.AsIs) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    private readonly ConcurrentQueue<HistoryEvent> _events;
    private readonly long _start = Stopwatch.GetTimestamp();

    public History()
        : this([])
    {
    }

    public History(IEnumerable<HistoryEvent> events) => _events = new(events);

    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>In the order they were added.</summary>
    public IReadOnlyList<HistoryEvent> Events => [.. _events];

    public HistoryEvent Add(Op op, string client, string node, Func<HistoryEvent, HistoryEvent>? more = null)
    {
        var happened = new HistoryEvent(Now, op, client, node);
        happened = more?.Invoke(happened) ?? happened;
        _events.Enqueue(happened);
        return happened;
    }

    /// <summary>Something that was done to a node, or to all if no node is named.</summary>
    public TimeSpan Fault(Op op, string node = "") => Add(op, "", node).At;

    /// <summary>Fails with what the checkers found, and keeps the history in a file for whoever wants to know why.</summary>
    public void Check(params IEnumerable<string>[] findings)
    {
        var found = findings.SelectMany(f => f).ToArray();
        if (found.Length == 0)
        {
            return;
        }
        Assert.Fail($"{found.Length} findings; the history is in {Save()}\n{string.Join('\n', found.Take(20))}");
    }

    /// <summary>Writes it to a file, one event a line, and says where that is.</summary>
    public string Save()
    {
        var file = Path.Combine(Path.GetTempPath(), $"gohub-history-{Guid.NewGuid():N}.jsonl");
        File.WriteAllLines(file, Events.Select(e => JsonSerializer.Serialize(e, Lines)));
        return file;
    }
}
