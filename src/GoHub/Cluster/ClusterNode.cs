using System.Reflection;
using GoHub.Bus;
using GoHub.Connections;
using GoHub.Lifetime;
using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>This node among the others: drives <see cref="ControlCore"/>, and does what it wants done.</summary>
/// <remarks>
/// Owner of the core and of the bus. Threads: any. A node without a bus has the same members and no peers: it answers for itself, at once.
/// </remarks>
internal sealed class ClusterNode : IBusReceiver
{
    private static readonly string Version =
        typeof(ClusterNode).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private readonly Lock _gate = new();
    private readonly Lock _applying = new();
    private readonly ControlCore _core;
    private readonly IClusterBus? _bus;
    private readonly ClusterMetrics _metrics;
    private readonly NodeState _state;
    private readonly ConnectionRegistry _connections;
    private readonly ILogger _logger;
    private readonly long _started;
    private readonly DateTimeOffset _startedAt;
    private readonly ControlQueue _control = new();
    private readonly ControlLine _line;
    private volatile bool _up;
    private volatile bool _everUp;
    private volatile bool _leaving;
    private volatile bool _toldMalformed;

    public ClusterNode(ClusterSettings settings, IClusterBus? bus, ConnectionIds ids, ConnectionRegistry connections, NodeState state, ClusterMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_bus, _connections, _state, _metrics, Time, _logger) = (bus, connections, state, metrics, time, logger);
        Self = ids.Node;
        Name = settings.NodeName;
        Subjects = new BusSubjects(settings.Namespace);
        _line = new ControlLine(Self, Subjects, bus, metrics);
        _started = time.GetTimestamp();
        _startedAt = time.GetUtcNow();
        _core = new ControlCore(Self, Describe, id => Work.HasRoom(id), new Random());
    }

    public ulong Self { get; }

    public string Name { get; }

    public BusSubjects Subjects { get; }

    public TimeProvider Time { get; }

    /// <summary>Since the start, by the monotonic clock.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_started);

    /// <summary>Whether there is a bus at all.</summary>
    public bool IsJoined => _bus is not null;

    public bool IsUp => _up;

    public long Outages => _metrics.Outages;

    /// <summary>What answers the others' requests, hears of their messages and of shared entries. Set before the start.</summary>
    public ClusterWork Work { get; set; } = null!;

    public NodeInfo SelfInfo => Info(Self, Describe(), isSuspect: false);

    /// <summary>How many other nodes there are.</summary>
    public int PeerCount
    {
        get
        {
            lock (_gate)
            {
                return _core.Peers.Count;
            }
        }
    }

    /// <summary>Whether the others' shared entries are still being fetched.</summary>
    public bool IsSyncing
    {
        get
        {
            lock (_gate)
            {
                return _core.IsPulling;
            }
        }
    }

    public List<NodeInfo> Peers()
    {
        lock (_gate)
        {
            return [.. _core.Peers.Select(p => Info(p.Node, p.Last!, p.IsSuspect || !_up))];
        }
    }

    public T Read<T>(Func<ControlCore, T> read)
    {
        lock (_gate)
        {
            return read(_core);
        }
    }

    /// <summary>Asks all other nodes, or one.</summary>
    /// <param name="command">What.</param>
    /// <param name="cancellationToken">Ends the waiting; the others may do it nevertheless.</param>
    /// <param name="to">One node; null for all.</param>
    /// <param name="enoughIf">One answer like this is enough.</param>
    /// <param name="kick">See <see cref="Kicks"/>.</param>
    /// <param name="timeout">Default <see cref="ControlCore.AskTimeout"/>.</param>
    public ValueTask<Ask> AskAsync(
        NodeCommand command, CancellationToken cancellationToken, ulong? to = null, Func<NodeReply, bool>? enoughIf = null, Kick? kick = null, TimeSpan? timeout = null) =>
        AskAsync(ask => _line.Send(new Effect.SendCommand(to, ask.Correlation, command)), cancellationToken, to, enoughIf, kick, timeout);

    /// <summary>Asks by something else than a command.</summary>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellationToken">As above, and so are the others.</param>
    /// <param name="to">One node; null for all.</param>
    /// <param name="enoughIf">One answer like this is enough.</param>
    /// <param name="kick">See <see cref="Kicks"/>.</param>
    /// <param name="timeout">Default <see cref="ControlCore.AskTimeout"/>.</param>
    public async ValueTask<Ask> AskAsync(
        Func<Ask, BusPublish> send, CancellationToken cancellationToken, ulong? to = null, Func<NodeReply, bool>? enoughIf = null, Kick? kick = null, TimeSpan? timeout = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Ask ask;
        lock (_gate)
        {
            ask = _core.Open(to, Now, new TaskCompletionSource<Ask>(TaskCreationOptions.RunContinuationsAsynchronously), enoughIf, kick, timeout);
        }
        if (ask.IsDone)
        {
            return ask;
        }
        // What could not be sent is answered by nobody; the time-out says who is missing.
        send(ask);
        return await ask.Completion!.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public NodeInfo[] Nodes(IEnumerable<ulong> nodes)
    {
        lock (_gate)
        {
            return [.. nodes.Select(n => _core.Find(n) is { Last: { } last } ? Info(n, last, isSuspect: true) : new NodeInfo($"{n:x16}", "", NodeStatus.Suspect, "", 0, 0, default))];
        }
    }

    /// <summary>Does something with the core and then what it wants done.</summary>
    public void Run(Func<ControlCore, List<Effect>> step)
    {
        List<Effect> effects;
        lock (_gate)
        {
            effects = step(_core);
        }
        foreach (var effect in effects)
        {
            Do(effect);
        }
    }

    public BusPublish Publish(string subject, byte[] frame, ulong correlation = 0) => _line.Publish(subject, frame, correlation);

    public void Reply(ulong to, ulong correlation, NodeReply reply) => _line.Send(new Effect.SendReply(to, correlation, reply));

    /// <summary>The work of the control frames; ends when the node has left.</summary>
    public async Task RunAsync()
    {
        await foreach (var frame in _control.ReadAllAsync().ConfigureAwait(false))
        {
            Handle(frame);
        }
    }

    /// <summary>Tells the others that this node goes, so that nobody waits for it.</summary>
    public void Leave()
    {
        _leaving = true;
        Run(core => core.Announce(Now));
        _control.Complete();
    }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (!BusFrame.TryRead(frame, out var read))
        {
            _metrics.Malformed();
            if (!_toldMalformed)
            {
                _toldMalformed = true;
                ClusterLog.Malformed(_logger);
            }
            return;
        }
        if (read.Publisher == Self)
        {
            if (read.Kind == BusFrameKind.Probe && !read.Name.IsEmpty)
            {
                Work.Echoed(read.Name);
            }
            else if (read.Kind == BusFrameKind.Probe)
            {
                lock (_gate)
                {
                    _core.ProbeEchoed();
                }
            }
            return;
        }
        _metrics.Received(read.Kind);
        switch (read.Kind)
        {
            case BusFrameKind.Room or BusFrameKind.All or BusFrameKind.Connection or BusFrameKind.User or BusFrameKind.Beacon:
                Work.Deliver(in read);
                break;
            case BusFrameKind.Command or BusFrameKind.Reply or BusFrameKind.Heartbeat:
                if (!_control.TryAdd(in read))
                {
                    _metrics.Lost(1);
                }
                break;
        }
    }

    public void OnUp()
    {
        var again = _everUp;
        (_up, _everUp) = (true, true);
        if (again)
        {
            ClusterLog.BusBack(_logger);
        }
        Run(core => core.BusUp(Now));
        Work.BusUp(again);
    }

    public void OnDown(string why)
    {
        _up = false;
        if (!_leaving)
        {
            _metrics.Outage();
            ClusterLog.BusDown(_logger, why);
        }
        Run(core => core.BusDown(Now));
    }

    public void OnLost(long frames)
    {
        _metrics.Lost(frames);
        Work.TellLoss();
    }

    public void OnNobody(ulong correlation) => Run(core => core.Nobody(correlation));

    private Heartbeat Describe()
    {
        var status = _leaving ? NodeStatus.Leaving : _state.IsDraining ? NodeStatus.Draining : _state.IsReady ? NodeStatus.Ready : NodeStatus.Joining;
        var (stream, sequence) = Work.Broadcasts;
        return new Heartbeat(Name, Version, status, _connections.Count, Work.RoomCount, _startedAt.ToUnixTimeMilliseconds(), false, 0, stream, sequence);
    }

    private void Handle(ControlFrame frame)
    {
        try
        {
            switch (frame.Kind)
            {
                case BusFrameKind.Heartbeat when ControlReader.Heartbeat(frame.Body) is { } heartbeat:
                    Run(core => core.Heard(frame.From, heartbeat, Now));
                    break;
                case BusFrameKind.Command when ControlReader.Command(frame.Body) is { } command:
                    Run(core => core.Commanded(frame.From, frame.Correlation, command, Now));
                    break;
                case BusFrameKind.Reply when ControlReader.Reply(frame.Body) is { } reply:
                    Run(core => core.Replied(frame.From, frame.Correlation, reply, Now));
                    break;
                default:
                    _metrics.Malformed();
                    break;
            }
        }
        catch (Exception e)
        {
            // A request that cannot be done must not end the hearing of all others.
            ClusterLog.OperationFailed(_logger, e, default);
        }
    }

    private void Do(Effect effect)
    {
        switch (effect)
        {
            case Effect.SendHeartbeat or Effect.SendCommand or Effect.SendReply or Effect.SendProbe:
                _line.Send(effect);
                break;
            case Effect.Perform(var from, var correlation, var command):
                _ = PerformAsync(from, correlation, command);
                break;
            case Effect.Answered(var ask):
                ask.Completion!.TrySetResult(ask);
                break;
            case Effect.EntryChanged(var entry):
                Apply(entry.Key);
                break;
            case Effect.BusSilent:
                ClusterLog.BusSilent(_logger);
                _bus!.Reconnect();
                break;
            case Effect.PeerJoined(var peer):
                ClusterLog.NodeJoined(_logger, Diagnostics.Log.Safe(peer.Last!.Name), $"{peer.Node:x16}");
                if (peer.Last.Name == Name)
                {
                    ClusterLog.SameName(_logger, Diagnostics.Log.Safe(Name), $"{peer.Node:x16}");
                }
                break;
            case Effect.PeerGone(var peer, var left):
                (left ? (Action<ILogger, string, string>)ClusterLog.NodeLeft : ClusterLog.NodeDead)(_logger, Diagnostics.Log.Safe(peer.Last!.Name), $"{peer.Node:x16}");
                break;
            case Effect.PeerReached(var node, var stream, var sequence):
                Work.Reached(node, stream, sequence);
                break;
        }
    }

    // Two threads may come here in another order than their changes did: what counts is what is known now.
    private void Apply(string key)
    {
        lock (_applying)
        {
            if (Read(core => core.Find(key)) is { } entry)
            {
                Work.Changed(entry);
            }
        }
    }

    private async Task PerformAsync(ulong from, ulong correlation, NodeCommand command)
    {
        try
        {
            var replies = await Work.PerformAsync(command).ConfigureAwait(false);
            for (var part = 0; part < replies.Count && correlation != 0; part++)
            {
                Reply(from, correlation, replies[part] with { Part = part });
            }
        }
        catch (Exception e)
        {
            ClusterLog.OperationFailed(_logger, e, command.Operation);
        }
    }

    private static NodeInfo Info(ulong node, Heartbeat said, bool isSuspect) => new(
        $"{node:x16}", said.Name, isSuspect ? NodeStatus.Suspect : said.State, said.Version, said.Connections, said.Rooms, DateTimeOffset.FromUnixTimeMilliseconds(said.StartedAt));
}

/// <summary>What of the options concerns the node itself.</summary>
internal sealed record ClusterSettings(string Namespace, string NodeName, RoomCapacity Capacity);
