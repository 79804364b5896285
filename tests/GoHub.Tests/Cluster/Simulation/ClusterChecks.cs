using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>A survey that is under way, and what it may not miss.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Room">The room whose members are asked for.</param>
/// <param name="At">Since when.</param>
/// <param name="Known">The nodes that the asker knew.</param>
/// <param name="There">Who is in the room, for each node.</param>
internal sealed record Survey(SimNode By, string Room, TimeSpan At, HashSet<ulong> Known, List<(SimNode Node, List<string> Members)> There);

/// <summary>What must hold in every run, at every step and when all is mended.</summary>
internal sealed class ClusterChecks(ClusterSimulation world)
{
    /// <summary>Time after a fault in which the two nodes need not know of each other again: two heartbeats and an answer.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>Room for what is asked by clients and told again, far below what the core bounds.</summary>
    private const int ManyAsks = 500;

    private readonly List<(SimNode Node, RoomEntry Entry, TimeSpan Begun)> _created = [];
    private readonly List<(SimNode By, RoomEntry Entry)> _deleted = [];
    private readonly Dictionary<string, (SimNode By, string User, TimeSpan At)> _kicks = [];
    private readonly List<(SimNode By, RevocationEntry Entry)> _revoked = [];

    private Timeline Time => world.Timeline;

    public void AfterTick(SimNode node, IReadOnlyCollection<Ask> open)
    {
        foreach (var ask in open)
        {
            Demand(node.Now < ask.Deadline, $"{node.Number}: a question is open after its time");
        }
        Demand(node.Core.OpenAsks < ManyAsks, $"{node.Number}: {node.Core.OpenAsks} questions are open");
        foreach (var other in world.Nodes)
        {
            if (other != node && AreWellTogether(node, other, Time.Now))
            {
                Demand(node.Core.Find(other.Number) is { IsSuspect: false }, $"{node.Number} does not see {other.Number}, which is well connected");
            }
        }
    }

    /// <summary>A node may be given up only after 10 s in which something was wrong; sleep of the one who judges is no reason.</summary>
    public void PeerGone(SimNode judge, ulong node, bool left)
    {
        if (!left && world.Nodes.Find(n => n.Number == node) is { } living)
        {
            var since = Time.Now - TimeSpan.FromSeconds(9);
            Demand(!(living.IsWellSince(since) && (judge.IsConnectedSince(since) || judge.HasOnlySlept)), $"{judge.Number} takes {node} for dead, which lives");
        }
    }

    /// <summary>A goodbye is heard at once.</summary>
    public void Left(SimNode node)
    {
        var (at, said) = (Time.Now, node.IsConnectedSince(Time.Now));
        Time.In(TimeSpan.FromSeconds(0.5), () =>
        {
            foreach (var other in world.Nodes.Where(n => said && n.IsWellSince(at - TimeSpan.FromSeconds(2))))
            {
                Demand(other.Core.Find(node.Number) is null, $"{other.Number} has not heard that {node.Number} left");
            }
        });
    }

    public static void Answered(SimNode by, IEnumerable<ulong> goneBefore) =>
        Demand(!goneBefore.Any(), $"{by.Number} still waited for a node that is gone");

    public void Created(SimNode node, RoomEntry entry, TimeSpan begun)
    {
        Time.Note(node.Number, $"has created {SimText.Of(entry)}");
        foreach (var (other, same, otherBegun) in _created)
        {
            var first = begun < otherBegun ? begun : otherBegun;
            if (same.Id == entry.Id && other != node && AreWellTogether(node, other, first) && same.Equals(other.Core.Find(same.Key)))
            {
                Demand(false, $"{node.Number} and {other.Number} have both created {entry.Id}");
            }
        }
        _created.Add((node, entry, begun));
    }

    public void Deleting(SimNode by, RoomEntry? living)
    {
        if (living is not null)
        {
            _deleted.Add((by, living));
        }
    }

    public string Kicking(SimNode by, string user)
    {
        var name = $"kick {_kicks.Count}";
        _kicks.Add(name, (by, user, Time.Now));
        return name;
    }

    public void Kicked(SimNode by, string kick, Ask ask)
    {
        if (ask.Missing.Count == 0)
        {
            foreach (var node in world.Nodes)
            {
                if (node == by || AreWellTogether(by, node, _kicks[kick].At))
                {
                    DemandKicked(node, kick);
                }
            }
        }
    }

    /// <summary>Who came after a kick is not meant, apart from the time that the command was on its way.</summary>
    public void Closing(string kick, SimConnection connection, TimeSpan onItsWay) =>
        Demand(connection.At <= _kicks[kick].At + onItsWay + TimeSpan.FromMilliseconds(2), $"{kick} closes {connection}, which came later");

    public void Revoked(SimNode by, RevocationEntry entry) => _revoked.Add((by, entry));

    public Survey Surveying(SimNode by, string room) => new(
        by, room, Time.Now, [.. by.Core.Peers.Where(p => !p.IsSuspect).Select(p => p.Node)],
        [.. world.Nodes.Where(n => n != by).Select(n => (n, Members(n, room)))]);

    public void Surveyed(Survey survey, Ask ask)
    {
        var told = ask.Answers.SelectMany(a => a.Reply.Members ?? []).Select(m => m.ConnectionId).ToHashSet();
        Time.Note(survey.By.Number, $"hears that in {survey.Room} are {string.Join(',', told)}, missing {string.Join(',', ask.Missing)}");
        foreach (var (node, members) in survey.There)
        {
            var well = AreWellTogether(survey.By, node, survey.At);
            Demand(!(well && ask.Missing.Contains(node.Number)), $"{survey.By.Number} misses the answer of {node.Number}, which is well connected");
            var counts = well || (survey.Known.Contains(node.Number) && survey.By.Core.Find(node.Number) is not null);
            if (counts && node.IsAlive && !ask.Missing.Contains(node.Number))
            {
                var stayed = members.Intersect(Members(node, survey.Room)).ToList();
                Demand(stayed.TrueForAll(told.Contains), $"{survey.By.Number} asked who is in {survey.Room}, and {string.Join(',', stayed.Except(told))} of {node.Number} is missing, and nobody says so");
            }
        }
    }

    public void AtTheEnd()
    {
        var numbers = world.Nodes.Select(n => n.Number).ToHashSet();
        foreach (var node in world.Nodes)
        {
            Demand(node.Core.IsUp, $"{node.Number} is not connected at the end");
            Demand(numbers.SetEquals(node.Core.Peers.Select(p => p.Node).Append(node.Number)) && node.Core.Peers.All(p => !p.IsSuspect), $"{node.Number} sees others than there are");
            Demand(node.Core.Digest == world.Nodes[0].Core.Digest, $"{node.Number} and {world.Nodes[0].Number} differ in their digests");
            Demand(Living(node).SequenceEqual(Living(world.Nodes[0])), $"{node.Number} and {world.Nodes[0].Number} differ in what they know");
            var rooms = node.Core.Entries.OfType<RoomEntry>().Where(e => e.IsAlive).ToList();
            Demand(rooms.Select(e => e.Id).ToHashSet().SetEquals(node.Rooms.Where(r => r.Value.IsCreated).Select(r => r.Key)), $"the rooms of {node.Number} are not those it knows of");
            Demand(_deleted.TrueForAll(d => !d.By.IsAlive || !rooms.Contains(d.Entry)), $"{node.Number} has a room that was deleted");
            foreach (var (kick, (by, _, _)) in _kicks)
            {
                if (by.IsAlive)
                {
                    DemandKicked(node, kick);
                }
            }
            foreach (var (by, entry) in _revoked)
            {
                if (by.IsAlive && entry.Until == long.MaxValue)
                {
                    Demand(node.Revoked.GetValueOrDefault(entry.Subject) >= entry.IssuedUntil, $"{node.Number} has not heard of the end of {entry.Subject}");
                    Demand(node.Core.Find(entry.Key) is RevocationEntry { Until: long.MaxValue }, $"{node.Number} forgets {entry.Subject} too early");
                }
            }
        }
    }

    private void DemandKicked(SimNode node, string kick)
    {
        var (_, user, at) = _kicks[kick];
        Demand(node.Connections.Values.All(c => c.User != user || c.At > at), $"{kick} has not reached {node.Number}");
    }

    private static bool AreWellTogether(SimNode one, SimNode other, TimeSpan at) => one.IsWellSince(at - Settling) && other.IsWellSince(at - Settling);

    private static List<string> Members(SimNode node, string room) => node.Rooms.TryGetValue(room, out var found) ? [.. found.Members] : [];

    private static IEnumerable<string> Living(SimNode node) => node.Core.Entries.Where(e => e.IsAlive).Select(e => e.Content()).Order(StringComparer.Ordinal);

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new Violation(otherwise);
        }
    }
}
