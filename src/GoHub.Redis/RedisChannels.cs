using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>Channels by subject, so that a name is not encoded for every frame.</summary>
/// <remarks>A table of fixed size in which a newer subject takes an older one's place: bounded, without a lock. Threads: any.</remarks>
internal sealed class RedisChannels(bool shardedRooms, bool isCluster)
{
    private const int Size = 4096;

    private const int FirstToken = 4; // "gh1."

    private readonly Entry?[] _entries = new Entry?[Size];

    public RedisChannel this[string subject]
    {
        get
        {
            ref var slot = ref _entries[subject.GetHashCode(StringComparison.Ordinal) & (Size - 1)];
            var entry = Volatile.Read(ref slot);
            if (entry is null || !entry.Subject.Equals(subject, StringComparison.Ordinal))
            {
                entry = new Entry(subject, Create(subject));
                Volatile.Write(ref slot, entry);
            }
            return entry.Channel;
        }
    }

    private RedisChannel Create(string subject)
    {
        if (shardedRooms && IsRoom(subject))
        {
            return RedisChannel.Sharded(subject);
        }
        // In a cluster any server takes a publication; only if one subject always goes to the same one does its order hold.
        return isCluster ? RedisChannel.Literal(subject).WithKeyRouting() : RedisChannel.Literal(subject);
    }

    /// <summary>Whether this is <c>gh1.{namespace}.r.{room}</c>; a namespace holds no dot.</summary>
    private static bool IsRoom(string subject)
    {
        var dot = subject.Length > FirstToken ? subject.IndexOf('.', FirstToken) : -1;
        return dot > 0 && subject.AsSpan(dot).StartsWith(".r.");
    }

    private sealed record Entry(string Subject, RedisChannel Channel);
}
