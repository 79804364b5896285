namespace GoHub;

/// <summary>A number summed over the nodes of the cluster.</summary>
/// <param name="Value">The sum over the nodes that answered.</param>
/// <param name="Missing">Nodes that did not answer within half a second; empty if all did. Do not change.</param>
/// <remarks>Converts to <see cref="int"/> by itself where nobody asks who is missing.</remarks>
public readonly record struct ClusterCount(int Value, IReadOnlyList<NodeInfo> Missing)
{
    /// <summary>Whether some node is missing from the sum.</summary>
    public bool IsPartial => Missing is { Count: > 0 };

    /// <summary>The value.</summary>
    public int ToInt32() => Value;

    /// <summary>The value.</summary>
    public static implicit operator int(ClusterCount count) => count.Value;
}

/// <summary>What the nodes of the cluster answered to one question, item by item.</summary>
/// <remarks>Enumerating asks, each time anew. Threads: one enumeration at a time.</remarks>
public sealed class Survey<T> : IAsyncEnumerable<T>
{
    private readonly Func<CancellationToken, ValueTask<(IReadOnlyList<T> Items, IReadOnlyList<NodeInfo> Missing)>> _ask;

    internal Survey(Func<CancellationToken, ValueTask<(IReadOnlyList<T> Items, IReadOnlyList<NodeInfo> Missing)>> ask) => _ask = ask;

    /// <summary>Nodes that did not answer within half a second; known once the enumeration has begun.</summary>
    public IReadOnlyList<NodeInfo> Missing { get; private set; } = [];

    /// <summary>Whether some node is missing.</summary>
    public bool IsPartial => Missing.Count > 0;

    /// <inheritdoc/>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        (var items, Missing) = await _ask(cancellationToken).ConfigureAwait(false);
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }
}
