using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace GoHub.Cluster;

/// <summary>Something that every node knows: a room that was created, or a revocation.</summary>
/// <remarks>Immutable. Of two entries with one key the same wins on every node, in whatever order they come: merging is associative, commutative and idempotent.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RoomEntry), "room")]
[JsonDerivedType(typeof(RevocationEntry), "revocation")]
internal abstract record ReplicaEntry
{
    [JsonIgnore]
    public abstract string Key { get; }

    /// <summary>Whether it says that something is there; else it says that it no longer is, and is forgotten after a while.</summary>
    [JsonIgnore]
    public abstract bool IsAlive { get; }

    /// <summary>Whether this is to stay and <paramref name="other"/>, of the same key and another content, to go.</summary>
    public abstract bool Beats(ReplicaEntry other);

    /// <summary>All that makes it what it is, for the digest.</summary>
    public abstract string Content();
}

/// <summary>A room that was created by name.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Epoch">Counts the times a room of this id was created.</param>
/// <param name="Creator">The node that created it.</param>
/// <param name="Name">For people.</param>
/// <param name="MaxClients">0: no limit.</param>
/// <param name="Deleted">It was deleted.</param>
internal sealed record RoomEntry(string Id, uint Epoch, ulong Creator, string Name, int MaxClients, bool Deleted) : ReplicaEntry
{
    public override string Key => "r:" + Id;

    public override bool IsAlive => !Deleted;

    // Two nodes can create one room only where they cannot hear each other; then the smaller number stays, as good as any rule that all share.
    public override bool Beats(ReplicaEntry other) => other is RoomEntry room
        && (Epoch, Deleted, ~Creator).CompareTo((room.Epoch, room.Deleted, ~room.Creator)) > 0;

    public override string Content() => $"{Id}\n{Epoch}\n{Creator}";
}

/// <summary>Tokens that no longer count.</summary>
/// <param name="Subject"><c>u:</c> and a user, or <c>t:</c> and the hash of one token.</param>
/// <param name="IssuedUntil">Tokens issued up to this second are meant. Unix seconds.</param>
/// <param name="Until">When this may be forgotten. Unix seconds.</param>
internal sealed record RevocationEntry(string Subject, long IssuedUntil, long Until) : ReplicaEntry
{
    public override string Key => Subject;

    public override bool IsAlive => true;

    public override bool Beats(ReplicaEntry other) => other is RevocationEntry revocation
        && (IssuedUntil, Until).CompareTo((revocation.IssuedUntil, revocation.Until)) > 0;

    public override string Content() => $"{Subject}\n{IssuedUntil}\n{Until}";
}

/// <summary>What all nodes know alike: a map that grows together again after any loss.</summary>
/// <remarks>Pure: no clock, no thread. Owner: <see cref="ControlCore"/>.</remarks>
internal sealed class Replica
{
    /// <summary>How long a deletion is remembered, so that a node that missed it cannot bring the room back. Default 10 min; longer cuts of a live node are rare.</summary>
    private static readonly TimeSpan KeepDead = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, ReplicaEntry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<(TimeSpan Since, ReplicaEntry Entry)> _dead = new();

    /// <summary>The same on two nodes whose living entries are the same; independent of order.</summary>
    public ulong Digest { get; private set; }

    public IReadOnlyCollection<ReplicaEntry> Entries => _entries.Values;

    public ReplicaEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <returns>Whether something changed.</returns>
    public bool Merge(ReplicaEntry entry, TimeSpan now)
    {
        if (_entries.TryGetValue(entry.Key, out var known))
        {
            if (!entry.Beats(known))
            {
                return false;
            }
            Digest ^= Hash(known);
        }
        _entries[entry.Key] = entry;
        Digest ^= Hash(entry);
        if (!entry.IsAlive)
        {
            _dead.Enqueue((now, entry));
        }
        return true;
    }

    public void Forget(string key)
    {
        if (_entries.Remove(key, out var known))
        {
            Digest ^= Hash(known);
        }
    }

    public void Tick(TimeSpan now)
    {
        while (_dead.TryPeek(out var oldest) && now - oldest.Since > KeepDead)
        {
            _dead.Dequeue();
            if (ReferenceEquals(_entries.GetValueOrDefault(oldest.Entry.Key), oldest.Entry))
            {
                _entries.Remove(oldest.Entry.Key);
            }
        }
    }

    // What is dead does not count: nodes forget it at different times.
    private static ulong Hash(ReplicaEntry entry)
    {
        if (!entry.IsAlive)
        {
            return 0;
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(entry.Content()), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
