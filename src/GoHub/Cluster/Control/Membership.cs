namespace GoHub.Cluster;

/// <summary>One other node, as its heartbeats show it.</summary>
internal sealed class Peer(ulong node)
{
    public ulong Node { get; } = node;

    public Heartbeat? Last { get; set; }

    public TimeSpan HeardAt { get; set; }

    /// <summary>Silent for a while; not yet given up.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>Its digest differed from ours at its last heartbeat too.</summary>
    public bool Differed { get; set; }
}

/// <summary>Which other nodes there are.</summary>
/// <remarks>Pure: judges by the receiver's monotonic clock only, so that no clock of a machine matters. Owner: <see cref="ControlCore"/>.</remarks>
internal sealed class Membership
{
    /// <summary>Silence after which nobody waits for a node's answer. Source: cluster design §1.4, three heartbeats of 2 s.</summary>
    public static readonly TimeSpan SuspectAfter = TimeSpan.FromSeconds(6);

    /// <summary>Silence after which a node counts as gone. Source: cluster design §1.4.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ulong, Peer> _peers = [];
    private readonly Dictionary<ulong, TimeSpan> _left = [];

    public IReadOnlyCollection<Peer> Peers => _peers.Values;

    public Peer? Find(ulong node) => _peers.GetValueOrDefault(node);

    /// <summary>Whom a question to all waits for, and who is missing from its start.</summary>
    public (HashSet<ulong> Waiting, List<ulong> Missing) ToAsk() =>
        ([.. _peers.Values.Where(p => !p.IsSuspect).Select(p => p.Node)], [.. _peers.Values.Where(p => p.IsSuspect).Select(p => p.Node)]);

    /// <returns>The peer, and whether it is new or has come back.</returns>
    public (Peer Peer, bool Joined) Heard(ulong node, Heartbeat heartbeat, TimeSpan now)
    {
        var joined = !_peers.TryGetValue(node, out var peer);
        peer ??= _peers[node] = new Peer(node);
        (peer.Last, peer.HeardAt, peer.IsSuspect) = (heartbeat, now, false);
        return (peer, joined);
    }

    /// <summary>A node says that it leaves; it never comes back under its number.</summary>
    /// <returns>The peer, if it was known.</returns>
    public Peer? Leave(ulong node, TimeSpan now)
    {
        _left[node] = now;
        return _peers.Remove(node, out var peer) ? peer : null;
    }

    /// <summary>Whether it has said so: what it said before may arrive after.</summary>
    public bool HasLeft(ulong node) => _left.ContainsKey(node);

    /// <summary>Suspects the silent and removes the dead.</summary>
    /// <returns>The dead.</returns>
    public List<Peer> Tick(TimeSpan now)
    {
        List<Peer> dead = [];
        foreach (var peer in _peers.Values)
        {
            var silence = now - peer.HeardAt;
            peer.IsSuspect = silence > SuspectAfter;
            if (silence > DeadAfter)
            {
                dead.Add(peer);
            }
        }
        dead.ForEach(peer => _peers.Remove(peer.Node));
        foreach (var (node, at) in _left)
        {
            if (now - at > DeadAfter)
            {
                _left.Remove(node);
            }
        }
        return dead;
    }

    /// <summary>Nothing is heard while the bus is down or this process sleeps, which is no sign of anybody's death: everyone gets the time from now.</summary>
    public void Excuse(TimeSpan now)
    {
        foreach (var peer in _peers.Values)
        {
            peer.HeardAt = now;
        }
    }
}
