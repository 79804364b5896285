namespace Chat;

/// <summary>The last lines of each conversation that this node has taken, in memory: no other node's, and none after a restart.</summary>
/// <remarks>Threads: any.</remarks>
sealed class History
{
    private const int MostLines = 100;
    private const int MostConversations = 500;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<Conversation, Queue<Line>> _all = [];

    /// <summary>Adds a line, unless it is there already: then returns that.</summary>
    public Line? Add(Conversation conversation, Line line)
    {
        lock (_gate)
        {
            if (FindHere(conversation, line.SenderId, line.Content.Key) is { } known)
            {
                return known;
            }
            var lines = _all.GetValueOrDefault(conversation) ?? [];
            // To the end: at the begin are those that nobody has written in for the longest time.
            _all.Remove(conversation);
            _all.Add(conversation, lines);
            lines.Enqueue(line);
            if (lines.Count > MostLines)
            {
                lines.Dequeue();
            }
            if (_all.Count > MostConversations)
            {
                _all.RemoveAt(0);
            }
            return null;
        }
    }

    public Line? Find(Conversation conversation, string senderId, string key)
    {
        lock (_gate)
        {
            return FindHere(conversation, senderId, key);
        }
    }

    public Line[] Read(Conversation conversation)
    {
        lock (_gate)
        {
            return _all.GetValueOrDefault(conversation)?.ToArray() ?? [];
        }
    }

    private Line? FindHere(Conversation conversation, string senderId, string key) =>
        _all.GetValueOrDefault(conversation)?.LastOrDefault(l => l.Content.Key == key && l.SenderId == senderId);
}

/// <summary>A room, or two people.</summary>
readonly record struct Conversation
{
    private readonly string _first;
    private readonly string? _second; // null for a room

    private Conversation(string first, string? second) => (_first, _second) = (first, second);

    public static Conversation InRoom(string roomId) => new(roomId, null);

    /// <summary>The same whoever of the two asks.</summary>
    public static Conversation Between(string user, string other) => string.CompareOrdinal(user, other) < 0 ? new(user, other) : new(other, user);
}

/// <param name="Content">What was said.</param>
/// <param name="SenderId">By whom.</param>
/// <param name="Timestamp">When, in Unix milliseconds.</param>
record Line(Post Content, string SenderId, long Timestamp);
