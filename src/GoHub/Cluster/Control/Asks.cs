namespace GoHub.Cluster;

/// <summary>A question to other nodes, until all have answered or the time is up.</summary>
/// <remarks>Owner: <see cref="Asks"/> until it is done; then whoever asked.</remarks>
internal sealed class Ask(ulong correlation, HashSet<ulong> waiting, TimeSpan deadline)
{
    public ulong Correlation { get; } = correlation;

    public TimeSpan Deadline { get; } = deadline;

    public HashSet<ulong> Waiting { get; } = waiting;

    /// <summary>What came, the parts of one node's answer in order.</summary>
    public List<(ulong Node, NodeReply Reply)> Answers { get; } = [];

    /// <summary>Who did not answer, or not wholly.</summary>
    public List<ulong> Missing { get; } = [];

    /// <summary>How many parts of its answer came from each that sends several.</summary>
    public Dictionary<ulong, int> Parts { get; } = [];

    /// <summary>Done when the first answer like this has come; null to wait for all.</summary>
    public Func<NodeReply, bool>? EnoughIf { get; init; }

    /// <summary>Set once.</summary>
    public bool IsDone { get; set; }

    /// <summary>What waits for it, if somebody does.</summary>
    public TaskCompletionSource<Ask>? Completion { get; init; }

    /// <summary>Whose entries it asks for, if it does.</summary>
    public ulong? PullsFrom { get; init; }

    /// <summary>The kick it delivers, if it is one.</summary>
    public Kick? Kick { get; init; }
}

/// <summary>The questions that are open.</summary>
/// <remarks>Pure. Owner: <see cref="ControlCore"/>. A node that is given up is waited for no longer (Socket.IO's #4995 waits on).</remarks>
internal sealed class Asks
{
    /// <summary>Open questions at most; more are answered "missing" at once. Unit: questions.</summary>
    private const int MaxOpen = 10_000;

    private readonly Dictionary<ulong, Ask> _open = [];

    public int Count => _open.Count;

    /// <returns>Whether it is done already, since nobody is there to be asked.</returns>
    public bool Open(Ask ask)
    {
        if (_open.Count >= MaxOpen)
        {
            ask.Missing.AddRange(ask.Waiting);
            ask.Waiting.Clear();
        }
        if (ask.Waiting.Count == 0)
        {
            return ask.IsDone = true;
        }
        _open.Add(ask.Correlation, ask);
        return false;
    }

    /// <returns>The ask, if it is done now.</returns>
    public Ask? Answer(ulong correlation, ulong node, NodeReply reply)
    {
        if (!_open.TryGetValue(correlation, out var ask) || !ask.Waiting.Contains(node))
        {
            return null;
        }
        ask.Answers.Add((node, reply));
        var parts = ask.Parts.GetValueOrDefault(node);
        if (reply.More)
        {
            ask.Parts[node] = parts + 1;
        }
        else
        {
            ask.Waiting.Remove(node);
            if (reply.Part != parts)
            {
                ask.Missing.Add(node);
            }
        }
        return ask.Waiting.Count == 0 || ask.EnoughIf?.Invoke(reply) == true ? Close(ask) : null;
    }

    /// <returns>Those that are done now that nobody waits for this node.</returns>
    public List<Ask> Gone(ulong node, bool answersCount)
    {
        List<Ask> done = [];
        foreach (var ask in _open.Values)
        {
            if (ask.Waiting.Remove(node))
            {
                if (!answersCount)
                {
                    ask.Missing.Add(node);
                }
                if (ask.Waiting.Count == 0)
                {
                    done.Add(Close(ask));
                }
            }
        }
        return done;
    }

    /// <returns>The ask to which nobody was subscribed, done now; null if it is done already.</returns>
    public Ask? Nobody(ulong correlation)
    {
        if (!_open.TryGetValue(correlation, out var ask))
        {
            return null;
        }
        ask.Waiting.Clear();
        return Close(ask);
    }

    /// <returns>Those whose time is up.</returns>
    public List<Ask> Tick(TimeSpan now, bool all = false)
    {
        List<Ask> done = [];
        foreach (var ask in _open.Values)
        {
            if (all || now >= ask.Deadline)
            {
                ask.Missing.AddRange(ask.Waiting);
                done.Add(Close(ask));
            }
        }
        return done;
    }

    private Ask Close(Ask ask)
    {
        _open.Remove(ask.Correlation);
        ask.IsDone = true;
        return ask;
    }
}
