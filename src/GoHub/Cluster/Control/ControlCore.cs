namespace GoHub.Cluster;

/// <summary>Everything nodes agree on beside clients' messages: who is there, which rooms exist, what was revoked; and questions to others.</summary>
/// <remarks>
/// A pure state machine: (state, event, now) → effects. It has no clock, no thread and no bus, so that a simulator can drive many of it
/// through every order of loss, delay and crash. Owner: <see cref="ClusterNode"/>, one call at a time.
/// </remarks>
/// <param name="self">This node.</param>
/// <param name="describe">What a heartbeat says of this node; digest, hello and answers are filled in here.</param>
/// <param name="hasRoom">Whether this node has a room of its own by that id.</param>
/// <param name="random">For jitter and correlation numbers.</param>
internal sealed class ControlCore(ulong self, Func<Heartbeat> describe, Func<string, bool> hasRoom, Random random)
{
    /// <summary>How often a node shows that it lives, give or take a tenth. Source: cluster design §1.4.</summary>
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long an ask waits. Source: cluster design §1.4.</summary>
    public static readonly TimeSpan AskTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>How much longer than a heartbeat a message may take, which goes another way: a beat that answers a greeting may follow another at once.</summary>
    private static readonly TimeSpan MessagesMayLag = TimeSpan.FromSeconds(1);

    /// <summary>A longer time between two ticks was sleep of this process, in which it could hear nobody.</summary>
    private static readonly TimeSpan Slept = TimeSpan.FromSeconds(2);

    private readonly Membership _membership = new();
    private readonly Asks _asks = new();
    private readonly Replica _replica = new();
    private readonly Claims _claims = new(self);
    private readonly Kicks _kicks = new();
    private readonly BusProbe _probe = new();
    private readonly HashSet<ulong> _pulling = [];
    private readonly List<Effect> _effects = [];
    private TimeSpan _heartbeatAt;
    private TimeSpan _tickedAt;
    private bool _up;

    public bool IsUp => _up;

    public ulong Digest => _replica.Digest;

    public IReadOnlyCollection<Peer> Peers => _membership.Peers;

    public ReplicaEntry? Find(string key) => _replica.Find(key);

    public Peer? Find(ulong node) => _membership.Find(node);

    public IReadOnlyCollection<ReplicaEntry> Entries => _replica.Entries;

    /// <summary>Questions that wait for answers.</summary>
    public int OpenAsks => _asks.Count;

    /// <summary>Whether an answer to a question about the others' entries is still on its way.</summary>
    public bool IsPulling => _pulling.Count > 0;

    public List<Effect> BusUp(TimeSpan now)
    {
        _up = true;
        _probe.Start(now);
        _membership.Excuse(now);
        foreach (var peer in _membership.Peers)
        {
            // What was missed while the bus was away is asked for at the first sign of each.
            peer.Differed = true;
        }
        Beat(now, null, hello: true);
        return Take();
    }

    public List<Effect> BusDown(TimeSpan now)
    {
        _up = false;
        _pulling.Clear();
        _asks.Tick(now, all: true).ForEach(Done);
        return Take();
    }

    /// <summary>To be called a few times a second.</summary>
    public List<Effect> Tick(TimeSpan now)
    {
        _asks.Tick(now).ForEach(Done);
        _replica.Tick(now);
        _claims.Tick(now);
        _kicks.Tick(now);
        if (!_up)
        {
            return Take();
        }
        if (now - _tickedAt > Slept)
        {
            _membership.Excuse(now);
        }
        _tickedAt = now;
        foreach (var peer in _membership.Tick(now))
        {
            Gone(peer, left: false);
        }
        if (now >= _heartbeatAt)
        {
            Beat(now, null, hello: false);
        }
        var (send, silent) = _probe.Tick(now);
        if (send)
        {
            _effects.Add(new Effect.SendProbe());
        }
        if (silent)
        {
            _probe.Start(now);
            _effects.Add(new Effect.BusSilent());
        }
        return Take();
    }

    public void ProbeEchoed() => _probe.Echo();

    /// <summary>Says something about this node that cannot wait for the next heartbeat: that it drains, or leaves.</summary>
    public List<Effect> Announce(TimeSpan now)
    {
        Beat(now, null, hello: false);
        return Take();
    }

    public List<Effect> Heard(ulong node, Heartbeat heartbeat, TimeSpan now)
    {
        if (heartbeat.State == NodeStatus.Leaving)
        {
            if (_membership.Leave(node, now) is { } leaving)
            {
                Gone(leaving, left: true);
            }
            return Take();
        }
        if (_membership.HasLeft(node))
        {
            return Take();
        }
        var before = _membership.Find(node) is { } known && now - known.HeardAt >= MessagesMayLag ? known.Last : null;
        var (peer, joined) = _membership.Heard(node, heartbeat, now);
        if (joined)
        {
            _effects.Add(new Effect.PeerJoined(peer));
            peer.Differed = true;
        }
        if (heartbeat.Hello || joined)
        {
            Beat(now, node, hello: false);
        }
        if (before is not null)
        {
            // Only now: the messages themselves may be slower than a heartbeat, which goes another way.
            _effects.Add(new Effect.PeerReached(node, before.Stream, before.Sequence));
        }
        var differs = heartbeat.Directory != _replica.Digest;
        if (differs && (peer.Differed || heartbeat.Hello) && _pulling.Add(node))
        {
            Pull(node, now);
        }
        peer.Differed = differs;
        foreach (var kick in _kicks.NotHeardBy(node))
        {
            TellAgain(node, kick, now);
        }
        return Take();
    }

    public List<Effect> Commanded(ulong from, ulong correlation, NodeCommand command, TimeSpan now)
    {
        switch (command.Operation)
        {
            case NodeOperation.Pull:
                foreach (var part in _replica.Parts())
                {
                    Reply(from, correlation, part);
                }
                break;
            case NodeOperation.Share:
                Merge(command.Entries, now);
                Reply(from, correlation, new NodeReply());
                break;
            case NodeOperation.ClaimRoom when command.Room is { } room:
                var free = !IsKnown(room) && _claims.TryGive(room, from, now);
                // Who has forgotten that there was one before must not count from the start, or the old deletion would mean the new room.
                var before = free && _replica.Find("r:" + room) is { } dead ? new[] { dead } : null;
                Reply(from, correlation, new NodeReply { Room = free ? RoomResult.Ok : RoomResult.AlreadyExists, Entries = before });
                break;
            case NodeOperation.DeleteRoom when command.Room is { } room:
                Delete(room, from, correlation, command, now);
                break;
            default:
                Merge(command.Entries, now);
                _effects.Add(new Effect.Perform(from, correlation, command));
                break;
        }
        return Take();
    }

    public List<Effect> Replied(ulong from, ulong correlation, NodeReply reply, TimeSpan now)
    {
        Merge(reply.Entries, now);
        if (_asks.Answer(correlation, from, reply) is { } done)
        {
            Done(done);
        }
        return Take();
    }

    /// <summary>The bus knows that nobody got the question.</summary>
    public List<Effect> Nobody(ulong correlation)
    {
        if (_asks.Nobody(correlation) is { } done)
        {
            Done(done);
        }
        return Take();
    }

    /// <summary>Opens a question, which the caller sends itself.</summary>
    /// <param name="to">One node; null for all.</param>
    /// <param name="now">The time.</param>
    /// <param name="completion">What waits for it.</param>
    /// <param name="enoughIf">See <see cref="Ask.EnoughIf"/>.</param>
    /// <param name="kick">See <see cref="Ask.Kick"/>.</param>
    /// <param name="timeout">Default <see cref="AskTimeout"/>.</param>
    /// <param name="pullsFrom">See <see cref="Ask.PullsFrom"/>.</param>
    public Ask Open(
        ulong? to, TimeSpan now, TaskCompletionSource<Ask>? completion, Func<NodeReply, bool>? enoughIf = null, Kick? kick = null, TimeSpan? timeout = null, ulong? pullsFrom = null)
    {
        // A single one may live though we have not heard of it; the bus, or the clock, will tell.
        var (waiting, missing) = to is { } one ? ([one], []) : _membership.ToAsk();
        if (!_up)
        {
            missing.AddRange(waiting);
            waiting.Clear();
        }
        var ask = new Ask((ulong)random.NextInt64(1, long.MaxValue), waiting, now + (timeout ?? AskTimeout)) { Completion = completion, EnoughIf = enoughIf, Kick = kick, PullsFrom = pullsFrom };
        ask.Missing.AddRange(missing);
        _asks.Open(ask);
        return ask;
    }

    /// <summary>Begins to create a room. False if it exists, or somebody else is creating it.</summary>
    public bool TryBeginClaim(string room, TimeSpan now) => !IsKnown(room) && _claims.TryBegin(room, now);

    public void EndClaim(string room) => _claims.End(room);

    /// <summary>The entry of a room that is created now; null if this node has given way to another meanwhile.</summary>
    public RoomEntry? NextRoom(string id, string name, int maxClients)
    {
        if (!_claims.Holds(id))
        {
            return null;
        }
        var before = _replica.Find("r:" + id) as RoomEntry;
        return new RoomEntry(id, (before?.Epoch ?? 0) + 1, self, name, maxClients, Deleted: false);
    }

    /// <summary>Takes over an entry of our own; the caller sends it to the others.</summary>
    public List<Effect> Adopt(ReplicaEntry entry, TimeSpan now)
    {
        Merge([entry], now);
        return Take();
    }

    /// <summary>Revocations that are past their time need not be known any more. To be called as often as <see cref="Tick"/>: nodes that forget at different times differ meanwhile.</summary>
    public void ForgetRevocations(long unixSeconds) => _replica.Forget(unixSeconds);

    public Kick AddKick(NodeCommand command, TimeSpan now) => _kicks.Add(command, now);

    private bool IsKnown(string room) => hasRoom(room) || _replica.Find("r:" + room) is { IsAlive: true };

    private void Delete(string room, ulong from, ulong correlation, NodeCommand command, TimeSpan now)
    {
        Merge(command.Entries, now);
        var living = _replica.Find("r:" + room) as RoomEntry is { Deleted: false } entry ? entry : null;
        if (living is not null && command.Entries is not null)
        {
            // It was created anew since; that one is not meant.
            Reply(from, correlation, new NodeReply { Room = RoomResult.NotFound });
            return;
        }
        _effects.Add(new Effect.Perform(from, correlation, command));
        if (living is not null)
        {
            // Whoever asked has not heard of it. The room must not go and its entry stay.
            Merge([living with { Deleted = true }], now);
        }
    }

    private void Merge(ReplicaEntry[]? entries, TimeSpan now)
    {
        foreach (var entry in entries ?? [])
        {
            var known = _replica.Find(entry.Key);
            if (_replica.Merge(entry, now) is not { } changed)
            {
                continue;
            }
            if (changed is RoomEntry room)
            {
                _claims.Created(room.Id);
            }
            if (changed.IsAlive || known is { IsAlive: true })
            {
                // The deletion of a room that was not known here says nothing of one that came to be here by a join, perhaps long after.
                _effects.Add(new Effect.EntryChanged(changed));
            }
        }
    }

    private void Pull(ulong from, TimeSpan now)
    {
        var ask = Open(from, now, null, pullsFrom: from);
        if (ask.IsDone)
        {
            _pulling.Remove(from);
            return;
        }
        _effects.Add(new Effect.SendCommand(from, ask.Correlation, new NodeCommand(NodeOperation.Pull)));
    }

    private void TellAgain(ulong node, Kick kick, TimeSpan now)
    {
        var ask = Open(node, now, null, kick: kick);
        if (!ask.IsDone)
        {
            _effects.Add(new Effect.SendCommand(node, ask.Correlation, kick.AsOf(now)));
        }
    }

    private void Reply(ulong to, ulong correlation, NodeReply reply)
    {
        if (correlation != 0)
        {
            _effects.Add(new Effect.SendReply(to, correlation, reply));
        }
    }

    private void Beat(TimeSpan now, ulong? to, bool hello)
    {
        if (!_up)
        {
            return;
        }
        if (to is null)
        {
            _heartbeatAt = now + (HeartbeatEvery * (0.9 + (random.NextDouble() * 0.2)));
        }
        _effects.Add(new Effect.SendHeartbeat(to, describe() with { Hello = hello, Directory = _replica.Digest }));
    }

    private void Gone(Peer peer, bool left)
    {
        _pulling.Remove(peer.Node);
        _effects.Add(new Effect.PeerGone(peer, left));
        // Whoever is gone has no rooms and no connections: its silence is its answer.
        _asks.Gone(peer.Node, answersCount: true).ForEach(Done);
    }

    private void Done(Ask ask)
    {
        if (ask.Completion is not null)
        {
            _effects.Add(new Effect.Answered(ask));
        }
        if (ask.PullsFrom is { } pulled)
        {
            // Whoever was not there when it was asked is asked again.
            _pulling.Remove(pulled);
        }
        if (ask.Kick is { } kick)
        {
            kick.Acknowledged.UnionWith(ask.Answers.Select(a => a.Node));
        }
    }

    private List<Effect> Take()
    {
        List<Effect> taken = [.. _effects];
        _effects.Clear();
        return taken;
    }
}
