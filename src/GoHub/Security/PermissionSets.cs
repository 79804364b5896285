using System.Collections.Concurrent;

namespace GoHub.Security;

/// <summary>One <see cref="PermissionSet"/> for all tokens that grant the same, since most users of an app are granted the same.</summary>
/// <remarks>Owner of the sets that are shared. Threads: any. Bounded: an app may grant each user something else.</remarks>
internal sealed class PermissionSets
{
    /// <summary>Sets that are remembered. Beyond it all are forgotten; who uses them keeps them, and those in use come back with the next tokens.</summary>
    public const int Capacity = 1024;

    private readonly ConcurrentDictionary<PermissionSet, PermissionSet> _sets = new(new SameGrants());
    private int _count;

    public PermissionSet Of(IEnumerable<string> grants)
    {
        var set = new PermissionSet(grants);
        if (set.Grants.Count == 0)
        {
            return PermissionSet.None;
        }
        if (_sets.TryGetValue(set, out var known))
        {
            return known;
        }
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            _sets.Clear();
            Volatile.Write(ref _count, 1);
        }
        return _sets.GetOrAdd(set, set);
    }

    /// <summary>How many are remembered now.</summary>
    internal int Count => _sets.Count;

    // In the same order, too, so that a connection shows its grants as its own token does.
    private sealed class SameGrants : IEqualityComparer<PermissionSet>
    {
        public bool Equals(PermissionSet? x, PermissionSet? y) => x is not null && y is not null && x.Grants.SequenceEqual(y.Grants, StringComparer.Ordinal);

        public int GetHashCode(PermissionSet set)
        {
            var hash = new HashCode();
            foreach (var grant in set.Grants)
            {
                hash.Add(grant, StringComparer.Ordinal);
            }
            return hash.ToHashCode();
        }
    }
}
