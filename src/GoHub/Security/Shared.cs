using System.Collections.Concurrent;

namespace GoHub.Security;

/// <summary>One object for all that are equal, where thousands of connections would else hold a copy each.</summary>
/// <param name="capacity">How many are remembered. Beyond it all are forgotten: who holds one keeps it, and those in use are remembered again as they come.</param>
/// <remarks>Threads: any. Bounded, since what clients bring may differ for each of them.</remarks>
internal sealed class Shared<T>(int capacity)
    where T : class, IEquatable<T>
{
    private readonly ConcurrentDictionary<T, T> _known = new();
    private int _count;

    /// <summary>How many are remembered now.</summary>
    public int Count => _known.Count;

    /// <summary>The one that is equal to this: an older one, or this from now on.</summary>
    public T Of(T value)
    {
        if (_known.TryGetValue(value, out var known))
        {
            return known;
        }
        if (Interlocked.Increment(ref _count) > capacity)
        {
            _known.Clear();
            Volatile.Write(ref _count, 1);
        }
        return _known.GetOrAdd(value, value);
    }
}
