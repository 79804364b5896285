using System.Text.Json;
using GoHub.Cluster;
using static GoHub.Tests.Cluster.Control.Beats;

namespace GoHub.Tests.Cluster.Control;

/// <summary>Whatever order shared entries come in, and however often, all nodes end up with the same.</summary>
public sealed class ReplicaTests
{
    // Few values, so that there are many collisions; an id that looks like a revocation's subject.
    private static readonly Gen<ReplicaEntry> Entries = Gen.OneOf(
        Gen.OneOf("a", "b", "t:a").SelectMany(Rooms), Gen.OneOf("t:a", "u:b").SelectMany(Revocations));

    private static readonly Gen<(ReplicaEntry, ReplicaEntry, ReplicaEntry)> Rivals =
        Gen.OneOf(Gen.Select(Rooms("a"), Rooms("a"), Rooms("a")), Gen.Select(Revocations("t:a"), Revocations("t:a"), Revocations("t:a")));

    private static Gen<ReplicaEntry> Rooms(string id) => Gen.Select(
        Gen.UInt[1, 3], Gen.ULong[1, 3], Gen.OneOf("n", "m"), Gen.Int[0, 1], Gen.Bool,
        (epoch, creator, name, max, deleted) => (ReplicaEntry)new RoomEntry(id, epoch, creator, name, max, deleted));

    private static Gen<ReplicaEntry> Revocations(string subject) =>
        Gen.Select(Gen.Long[1, 4], Gen.Long[1, 4], Gen.Char["ab"], (issued, until, reason) => (ReplicaEntry)new RevocationEntry(subject, issued, until, $"{reason}"));

    [Fact]
    public void Merge_IsAssociativeCommutativeAndIdempotent() => Rivals.Sample((a, b, c) =>
    {
        Assert.Equal(a.Merge(b), b.Merge(a));
        Assert.Equal(a.Merge(b).Merge(c), a.Merge(b.Merge(c)));
        Assert.Equal(a, a.Merge(a));
        Assert.Equal(a.Merge(b), a.Merge(b).Merge(b));
    }, iter: 5000);

    [Fact]
    public void Replicas_ThatHeardTheSameInAnyOrder_AreEqual() => Gen.Select(Entries.Array[0, 20], Gen.Int).Sample((entries, seed) =>
    {
        var shuffled = entries.Concat(entries).ToArray();
        new Random(seed).Shuffle(shuffled);
        var (one, other) = (Of(entries), Of(shuffled));
        Assert.Equal(one.Digest, other.Digest);
        Assert.Equal(one.Entries.ToHashSet(), other.Entries.ToHashSet());
    }, iter: 5000);

    [Fact]
    public void Digests_AreEqual_ExactlyWhereTheLivingEntriesAre() => Gen.Select(Entries.Array[0, 5], Entries.Array[0, 5]).Sample((some, others) =>
    {
        var (one, other) = (Of(some), Of(others));
        Assert.Equal(Living(one).SetEquals(Living(other)), one.Digest == other.Digest);
    }, iter: 20_000);

    [Fact]
    public void Digest_OfNothing_IsWhatItWasBefore_AfterEverythingIsDeletedAndForgotten() => Entries.Array[0, 10].Sample(entries =>
    {
        var replica = Of(entries);
        foreach (var room in replica.Entries.OfType<RoomEntry>().ToList())
        {
            replica.Merge(room with { Deleted = true }, At(0));
        }
        replica.Forget(100);
        Assert.Equal(0UL, replica.Digest);
        replica.Tick(At(601));
        Assert.Empty(replica.Entries);
    }, iter: 1000);

    [Fact]
    public void Deletion_IsRememberedForTenMinutes()
    {
        var room = new RoomEntry("a", 1, 1, "a", 0, false);
        var replica = Of([room, room with { Deleted = true }]);
        Assert.Null(replica.Merge(room, At(1)));
        replica.Tick(At(600));
        Assert.NotNull(replica.Find(room.Key));
        replica.Tick(At(600.1));
        Assert.Null(replica.Find(room.Key));
    }

    [Fact]
    public void Room_ThatIsCreatedAnew_OutlivesTheMemoryOfTheOld()
    {
        var room = new RoomEntry("a", 1, 1, "a", 0, false);
        var replica = Of([room with { Deleted = true }, room with { Epoch = 2 }]);
        replica.Tick(At(700));
        Assert.NotNull(replica.Find(room.Key));
    }

    [Fact]
    public void Revocation_ForAnHour_DoesNotEndOneForAMonth()
    {
        var replica = Of([new RevocationEntry("u:a", 10, 1000, "why"), new RevocationEntry("u:a", 20, 100, "why")]);
        Assert.Equal(new RevocationEntry("u:a", 20, 1000, "why"), replica.Find("u:a"));
        replica.Forget(500);
        Assert.NotNull(replica.Find("u:a"));
    }

    [Fact]
    public void Revocation_ThatIsOver_IsNotHandedRoundForEver()
    {
        var over = new RevocationEntry("u:a", 10, 100, "why");
        var replica = Of([over]);
        replica.Forget(100);
        Assert.NotNull(replica.Find("u:a"));
        replica.Forget(101);
        Assert.Null(replica.Find("u:a"));
        // Another node has not forgotten it yet.
        Assert.Null(replica.Merge(over, At(1)));
        Assert.Equal(0UL, replica.Digest);
    }

    [Fact]
    public void Entries_OnTheWire_StayWhatTheyAre() => Entries.Array[0, 5].Sample(entries =>
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new NodeReply { Entries = entries }, ControlJson.Default.NodeReply);
        Assert.Equal(entries, JsonSerializer.Deserialize(json, ControlJson.Default.NodeReply)!.Entries!);
    }, iter: 200);

    private static Replica Of(IEnumerable<ReplicaEntry> entries)
    {
        var replica = new Replica();
        foreach (var entry in entries)
        {
            replica.Merge(entry, At(0));
        }
        return replica;
    }

    private static HashSet<ReplicaEntry> Living(Replica replica) => [.. replica.Entries.Where(e => e.IsAlive)];
}
