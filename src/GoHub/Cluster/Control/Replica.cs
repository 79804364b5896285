using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace GoHub.Cluster;

/// <summary>Something that every node knows: a room that was created, or a revocation.</summary>
/// <remarks>Immutable. Of two entries with one key the same stays on every node, in whatever order they come: merging is associative, commutative and idempotent.</remarks>
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

    /// <summary>What stays of two entries with one key.</summary>
    public abstract ReplicaEntry Merge(ReplicaEntry other);

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
    // The rest decides what no two entries of ours differ in alone: foreign ones must not make the nodes differ.
    public override ReplicaEntry Merge(ReplicaEntry other) => other is RoomEntry room && room.Rank.CompareTo(Rank) is var order
        && (order > 0 || (order == 0 && string.CompareOrdinal(room.Name, Name) > 0)) ? room : this;

    private (uint, bool, ulong, int) Rank => (Epoch, Deleted, ~Creator, MaxClients);

    public override string Content() => $"{Key}\n{Epoch}\n{Creator}\n{MaxClients}\n{Name}";
}

/// <summary>Tokens that no longer count.</summary>
/// <param name="Subject"><c>u:</c> and a user, or <c>t:</c> and the hash of one token.</param>
/// <param name="IssuedUntil">Tokens issued up to this second are meant. Unix seconds.</param>
/// <param name="Until">When this may be forgotten. Unix seconds.</param>
/// <param name="Reason">For the close frames.</param>
internal sealed record RevocationEntry(string Subject, long IssuedUntil, long Until, string Reason) : ReplicaEntry
{
    public override string Key => Subject;

    public override bool IsAlive => true;

    // Of both the stricter: a revocation for an hour must not end one for a month.
    public override ReplicaEntry Merge(ReplicaEntry other) => other is not RevocationEntry revocation ? this
        : this with
        {
            IssuedUntil = Math.Max(IssuedUntil, revocation.IssuedUntil),
            Until = Math.Max(Until, revocation.Until),
            Reason = string.CompareOrdinal(Reason, revocation.Reason) >= 0 ? Reason : revocation.Reason,
        };

    public override string Content() => $"{Subject}\n{IssuedUntil}\n{Until}\n{Reason}";
}

/// <summary>What all nodes know alike: a map that grows together again after any loss.</summary>
/// <remarks>Pure: no clock, no thread. Owner: <see cref="ControlCore"/>.</remarks>
internal sealed class Replica
{
    /// <summary>How long a deletion is remembered, so that a node that missed it cannot bring the room back. Default 10 min; longer cuts of a live node are rare.</summary>
    private static readonly TimeSpan KeepDead = TimeSpan.FromMinutes(10);

    /// <summary>Entries of one part of an answer. An id and a name of 256 bytes may each become 1.5 KiB of JSON: 320 KiB at most, of 1 MiB that a bus carries.</summary>
    private const int EntriesPerPart = 100;

    private readonly Dictionary<string, ReplicaEntry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<(TimeSpan Since, ReplicaEntry Entry)> _dead = new();
    private readonly PriorityQueue<RevocationEntry, long> _ending = new();
    private long _forgotten = long.MinValue;

    /// <summary>The same on two nodes whose living entries are the same; independent of order.</summary>
    public ulong Digest { get; private set; }

    public IReadOnlyCollection<ReplicaEntry> Entries => _entries.Values;

    public ReplicaEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <returns>What is there now, if something changed.</returns>
    public ReplicaEntry? Merge(ReplicaEntry entry, TimeSpan now)
    {
        // Or two nodes would hand it to each other for ever, each having forgotten it before the other.
        if (entry is RevocationEntry { Until: var until } && until < _forgotten)
        {
            return null;
        }
        if (_entries.TryGetValue(entry.Key, out var known))
        {
            entry = known.Merge(entry);
            if (entry == known)
            {
                return null;
            }
            Digest ^= Hash(known);
        }
        _entries[entry.Key] = entry;
        Digest ^= Hash(entry);
        if (!entry.IsAlive)
        {
            _dead.Enqueue((now, entry));
        }
        if (entry is RevocationEntry revocation)
        {
            _ending.Enqueue(revocation, revocation.Until);
        }
        return entry;
    }

    /// <summary>Forgets the revocations that are past their time, and takes no such any more.</summary>
    public void Forget(long unixSeconds)
    {
        _forgotten = unixSeconds;
        while (_ending.TryPeek(out var oldest, out var until) && until < unixSeconds)
        {
            _ending.Dequeue();
            if (ReferenceEquals(_entries.GetValueOrDefault(oldest.Key), oldest))
            {
                _entries.Remove(oldest.Key);
                Digest ^= Hash(oldest);
            }
        }
    }

    /// <summary>All of it as an answer, in parts that a frame can hold.</summary>
    public IEnumerable<NodeReply> Parts()
    {
        var part = 0;
        foreach (var some in _entries.Values.Chunk(EntriesPerPart))
        {
            yield return new NodeReply { Entries = some, More = true, Part = part++ };
        }
        yield return new NodeReply { Part = part };
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
