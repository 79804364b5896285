namespace GoHub.Tests.Cluster.Simulation;

/// <summary>Simulated time: what is to happen, in order; one seed gives one course of events.</summary>
/// <remarks>Owner of the randomness. Single thread.</remarks>
internal sealed class Timeline(int seed)
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly List<string> _trace = [];
    private long _order;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Set to have the course of events written down; costs time.</summary>
    public bool IsTraced { get; init; }

    public IReadOnlyList<string> Trace => _trace;

    public void In(TimeSpan delay, Action what) => _events.Enqueue(what, (Now + delay, _order++));

    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out var what, out var when) && when.At <= end)
        {
            _events.Dequeue();
            Now = when.At;
            Steps++;
            what();
        }
        Now = end;
    }

    public void Note(ulong node, string what)
    {
        if (IsTraced)
        {
            _trace.Add($"{Now.TotalSeconds,9:f4} {node,4} {what}");
        }
    }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public TimeSpan Between(double from, double to) => TimeSpan.FromSeconds(from + (Random.NextDouble() * (to - from)));

    public T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];
}

/// <summary>Something that must never happen has happened in a simulation.</summary>
internal sealed class Violation(string what) : Exception(what);
