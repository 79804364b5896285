namespace GoHub.Cluster;

/// <summary>A command to close connections, kept until every node that may hold one has heard it.</summary>
internal sealed class Kick(NodeCommand command, TimeSpan at)
{
    public NodeCommand Command { get; } = command;

    public TimeSpan At { get; } = at;

    public HashSet<ulong> Acknowledged { get; } = [];

    /// <summary>The command as it is to be understood at another time: those who came later are not meant.</summary>
    public NodeCommand AsOf(TimeSpan now) => Command with { MinAge = (long)(now - At).TotalMilliseconds };
}

/// <summary>The kicks of the last minutes, for nodes that were cut off when they were given (promise P9).</summary>
/// <remarks>Pure. Owner: <see cref="ControlCore"/>. Told again at a node's heartbeat until it has acknowledged.</remarks>
internal sealed class Kicks
{
    /// <summary>Unit: commands; the oldest goes.</summary>
    private const int MaxKept = 256;

    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(10);

    private readonly Queue<Kick> _kicks = new();

    public Kick Add(NodeCommand command, TimeSpan now)
    {
        var kick = new Kick(command, now);
        _kicks.Enqueue(kick);
        if (_kicks.Count > MaxKept)
        {
            _kicks.Dequeue();
        }
        return kick;
    }

    public IEnumerable<Kick> NotHeardBy(ulong node) => _kicks.Where(k => !k.Acknowledged.Contains(node));

    public void Tick(TimeSpan now)
    {
        while (_kicks.TryPeek(out var oldest) && now - oldest.At > Keep)
        {
            _kicks.Dequeue();
        }
    }
}
