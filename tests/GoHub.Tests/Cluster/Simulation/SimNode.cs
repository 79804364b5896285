using GoHub.Bus;
using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Simulation;

internal sealed record SimConnection(string Id, string User, TimeSpan At);

internal sealed class SimRoom
{
    /// <summary>Created by name; else it came to be by a join.</summary>
    public bool IsCreated { get; set; }

    public HashSet<string> Members { get; } = [];
}

/// <summary>One node: the real <see cref="ControlCore"/>, and a model of what its shell does.</summary>
internal sealed class SimNode
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ClusterSimulation _world;
    private readonly Timeline _timeline;
    private readonly TimeSpan _clock;
    private readonly TimeSpan _skew;
    private readonly List<Action> _waiting = [];
    private readonly Dictionary<Ask, (Action<Ask> Then, HashSet<ulong> Missing)> _asks = [];
    private readonly HashSet<ulong> _gone = [];
    private TimeSpan _troubled;
    private TimeSpan _cutOff;
    private bool _ticks = true;

    public SimNode(ClusterSimulation world, ulong number)
    {
        (_world, _timeline, Number) = (world, world.Timeline, number);
        // Nobody may compare the clocks of two nodes.
        _clock = _timeline.Between(0, 100_000);
        _skew = _timeline.Between(0, 3);
        Core = new ControlCore(number, Describe, id => Rooms.ContainsKey(id), new Random(_timeline.Random.Next()));
        Work = new SimWork(world, this);
        Link = new SimLink(this);
        Troubled();
        StartedAt = _timeline.Now;
    }

    public ulong Number { get; }

    public ControlCore Core { get; }

    public SimWork Work { get; }

    public SimLink Link { get; }

    public TimeSpan StartedAt { get; }

    public TimeSpan Now => _timeline.Now + _clock;

    /// <summary>Machines differ a little in the time of day.</summary>
    public long UnixSeconds => 1_700_000_000 + (long)(_timeline.Now + _skew).TotalSeconds;

    public bool IsAlive { get; private set; } = true;

    public bool IsPaused { get; private set; }

    public bool IsLeaving { get; private set; }

    /// <summary>Takes requests of clients.</summary>
    public bool IsOpen => IsAlive && !IsPaused && !IsLeaving && _timeline.Now - StartedAt > TimeSpan.FromSeconds(0.5);

    public Dictionary<string, SimRoom> Rooms { get; } = [];

    public Dictionary<string, SimConnection> Connections { get; } = [];

    public Dictionary<string, long> Revoked { get; } = [];

    /// <summary>When the frame that is worked on was sent.</summary>
    public TimeSpan SentAt { get; private set; }

    public void Start()
    {
        _world.Bus.Attach(Link);
        _timeline.In(_timeline.Between(0, 0.25), Tick);
    }

    public void Crash()
    {
        IsAlive = false;
        _world.Bus.Detach(this);
        _timeline.Note(Number, "crashes");
    }

    public void Leave()
    {
        IsLeaving = true;
        _timeline.Note(Number, "leaves");
        Run(Core.Announce(Now));
        _world.Checks.Left(this);
        Crash();
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        if (!IsPaused || !IsAlive)
        {
            return;
        }
        _troubled = _timeline.Now;
        IsPaused = false;
        _timeline.Note(Number, $"goes on with {_waiting.Count} waiting");
        var first = _timeline.Chance(0.5);
        if (first)
        {
            Step();
        }
        List<Action> all = [.. _waiting];
        _waiting.Clear();
        all.ForEach(step => Enter(step));
        if (!_ticks)
        {
            Tick();
        }
    }

    /// <summary>Something was not as it should be between this node and the bus.</summary>
    public void Troubled() => _cutOff = _troubled = _timeline.Now;

    /// <summary>Whether sleep was all that was wrong with it lately.</summary>
    public bool HasOnlySlept => Link is { IsConnected: true, IsReachable: true } && !_world.Bus.IsFrozen && _cutOff < _timeline.Now - TimeSpan.FromSeconds(9);

    /// <summary>Whether all was well for some time, as far as the node and its connection are concerned.</summary>
    public bool IsWellSince(TimeSpan since) => IsAlive && !IsPaused && IsConnectedSince(since);

    /// <summary>Whether it was connected without fault for some time, or would have been had it not slept.</summary>
    public bool IsConnectedSince(TimeSpan since) => IsAlive && Link is { IsConnected: true, IsReachable: true } && !_world.Bus.IsFrozen && _troubled < since;

    public void Enter(Action step)
    {
        if (!IsAlive)
        {
            return;
        }
        if (IsPaused)
        {
            _waiting.Add(step);
            return;
        }
        step();
    }

    public void BusUp()
    {
        Troubled();
        _timeline.Note(Number, "bus up");
        Run(Core.BusUp(Now));
    }

    public void BusDown()
    {
        Troubled();
        _timeline.Note(Number, "bus down");
        Run(Core.BusDown(Now));
    }

    public void Nobody(ulong correlation) => Run(Core.Nobody(correlation));

    public void Receive(SimFrame frame)
    {
        SentAt = frame.SentAt;
        if (_timeline.IsTraced && frame.Kind != BusFrameKind.Probe)
        {
            _timeline.Note(Number, $"<- {frame.From} {frame.Correlation & 0xFFFF:x4} {SimText.Of(frame.Body)}");
        }
        switch (frame.Body)
        {
            case Heartbeat heartbeat:
                if (_world.Mutant == Mutant.DigestsAreNotCompared)
                {
                    heartbeat = heartbeat with { Directory = Core.Digest };
                }
                if (_world.Mutant == Mutant.GoodbyeIsNotHeard && heartbeat.State == NodeStatus.Leaving)
                {
                    return;
                }
                Run(Core.Heard(frame.From, heartbeat, Now));
                break;
            case NodeCommand command:
                Run(Core.Commanded(frame.From, frame.Correlation, command, Now));
                break;
            case NodeReply reply:
                if (_world.Mutant == Mutant.DeletionsAreNotPulled)
                {
                    reply = reply with { Entries = reply.Entries?.Where(e => e.IsAlive).ToArray() };
                }
                Run(Core.Replied(frame.From, frame.Correlation, reply, Now));
                break;
            default:
                Core.ProbeEchoed();
                break;
        }
    }

    /// <summary>Asks as the shell does, and goes on with the answers a moment later.</summary>
    public void Ask(NodeCommand command, Action<Ask> then, ulong? to = null, Func<NodeReply, bool>? enoughIf = null, Kick? kick = null)
    {
        var ask = Core.Open(to, Now, new TaskCompletionSource<Ask>(), enoughIf, kick);
        if (_world.Mutant == Mutant.TheGoneAreWaitedFor && to is null && !ask.IsDone)
        {
            ask.Waiting.UnionWith(_gone);
        }
        if (ask.IsDone)
        {
            Later(() => then(ask));
            return;
        }
        _asks.Add(ask, (then, [.. ask.Missing]));
        Send(to, BusFrameKind.Command, ask.Correlation, command);
    }

    public void Reply(ulong to, ulong correlation, NodeReply reply) => Send(to, BusFrameKind.Reply, correlation, reply);

    public void Run(List<Effect> effects)
    {
        foreach (var effect in effects)
        {
            Do(effect);
        }
    }

    private Heartbeat Describe() =>
        new($"node {Number}", "", IsLeaving ? NodeStatus.Leaving : NodeStatus.Ready, Connections.Count, Rooms.Count, 0, false, 0, Number, 0);

    private void Tick()
    {
        _ticks = IsAlive && !IsPaused;
        if (_ticks)
        {
            Step();
            _timeline.In(Period, Tick);
        }
    }

    private void Step()
    {
        Run(Core.Tick(Now));
        Core.ForgetRevocations(UnixSeconds);
        _world.Checks.AfterTick(this, _asks.Keys);
    }

    private void Do(Effect effect)
    {
        switch (effect)
        {
            case Effect.SendHeartbeat(var to, var heartbeat):
                Send(to, BusFrameKind.Heartbeat, 0, heartbeat);
                break;
            case Effect.SendCommand({ }, _, { Operation: NodeOperation.Disconnect }) when _world.Mutant == Mutant.KicksAreToldOnce:
                break;
            case Effect.SendCommand(var to, var correlation, var command):
                Send(to, BusFrameKind.Command, correlation, command);
                break;
            case Effect.SendReply(var to, var correlation, var reply):
                Reply(to, correlation, reply);
                break;
            case Effect.SendProbe:
                Send(Number, BusFrameKind.Probe, 0, null);
                break;
            case Effect.Perform(var from, var correlation, var command):
                Work.Perform(from, correlation, command);
                break;
            case Effect.Answered(var ask):
                if (_asks.Remove(ask, out var open))
                {
                    ClusterChecks.Answered(this, ask.Missing.Where(n => _gone.Contains(n) && !open.Missing.Contains(n) && !ask.Answers.Exists(a => a.Node == n)));
                    Later(() => open.Then(ask));
                }
                break;
            case Effect.EntryChanged(var entry):
                Work.Changed(entry);
                break;
            case Effect.BusSilent:
                _timeline.Note(Number, "gives the connection up");
                _world.Bus.Disconnect(Link);
                break;
            case Effect.PeerJoined(var peer):
                _gone.Remove(peer.Node);
                _timeline.Note(Number, $"sees {peer.Node} join");
                break;
            case Effect.PeerGone(var peer, var left):
                _gone.Add(peer.Node);
                _timeline.Note(Number, $"sees {peer.Node} {(left ? "leave" : "dead")}");
                _world.Checks.PeerGone(this, peer.Node, left);
                break;
        }
    }

    private void Send(ulong? to, BusFrameKind kind, ulong correlation, object? body) =>
        _world.Bus.Publish(Link, to, new SimFrame(kind, Number, correlation, body, _timeline.Now));

    // What waits for an answer goes on on another thread.
    private void Later(Action step) => _timeline.In(_timeline.Between(0, 0.003), () => Enter(step));
}
