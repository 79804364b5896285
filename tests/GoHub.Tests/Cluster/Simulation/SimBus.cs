using GoHub.Bus;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>One frame between simulated nodes, not written as bytes: how it is written is tested elsewhere.</summary>
internal sealed record SimFrame(BusFrameKind Kind, ulong From, ulong Correlation, object? Body, TimeSpan SentAt);

/// <summary>One node's connection to the bus.</summary>
internal sealed class SimLink(SimNode node)
{
    public SimNode Node { get; } = node;

    public bool IsConnected { get; set; }

    /// <summary>What was on its way by an earlier connection never arrives.</summary>
    public int Generation { get; set; }

    // Nothing passes, and nobody is told.
    public bool UpIsCut { get; set; }

    public bool DownIsCut { get; set; }

    /// <summary>Connecting fails.</summary>
    public bool IsRefused { get; set; }

    public bool IsReachable => !UpIsCut && !DownIsCut && !IsRefused;

    /// <summary>When the last frame of a publisher and subject arrives: the next may not overtake it.</summary>
    public Dictionary<(ulong From, bool IsDirect), TimeSpan> LastArrival { get; } = [];
}

/// <summary>A bus as bad as the real ones may be: it loses and delays, in order for each publisher and subject only, is cut off and away.</summary>
internal sealed class SimBus(Timeline timeline)
{
    private readonly Dictionary<ulong, SimLink> _links = [];

    /// <summary>Of each frame on each way.</summary>
    public double Loss { get; set; }

    /// <summary>Longest time that a frame takes.</summary>
    public double MaxDelay { get; set; } = 0.02;

    /// <summary>Connections are kept, and nothing passes.</summary>
    public bool IsFrozen { get; set; }

    public bool IsAway { get; private set; }

    public IEnumerable<SimLink> Links => _links.Values;

    public void Attach(SimLink link)
    {
        _links[link.Node.Number] = link;
        Connect(link);
    }

    /// <summary>The process has ended: the bus notices.</summary>
    public void Detach(SimNode node)
    {
        if (_links.Remove(node.Number, out var link))
        {
            link.IsConnected = false;
            link.Generation++;
        }
    }

    public void Publish(SimLink from, ulong? to, SimFrame frame)
    {
        if (!from.IsConnected)
        {
            return;
        }
        if (from.UpIsCut || IsFrozen || timeline.Chance(Loss))
        {
            from.Node.Troubled();
            return;
        }
        if (to is { } one)
        {
            if (_links.TryGetValue(one, out var link) && link.IsConnected)
            {
                Send(link, frame, isDirect: true);
            }
            else if (frame is { Kind: BusFrameKind.Command, Correlation: not 0 })
            {
                timeline.In(Delay(), () => from.Node.Enter(() => from.Node.Nobody(frame.Correlation)));
            }
            return;
        }
        foreach (var link in _links.Values)
        {
            if (link != from && link.IsConnected)
            {
                Send(link, frame, isDirect: false);
            }
        }
    }

    public void Disconnect(SimLink link)
    {
        if (link.IsConnected)
        {
            link.IsConnected = false;
            link.Generation++;
            link.LastArrival.Clear();
            link.Node.Enter(link.Node.BusDown);
            timeline.In(timeline.Between(0.05, 0.6), () => Connect(link));
        }
    }

    public void GoAway()
    {
        IsAway = true;
        foreach (var link in _links.Values.ToList())
        {
            Disconnect(link);
        }
    }

    public void ComeBack() => IsAway = false;

    private void Connect(SimLink link)
    {
        if (link.IsConnected || !link.Node.IsAlive)
        {
            return;
        }
        if (IsAway || IsFrozen || !link.IsReachable)
        {
            timeline.In(timeline.Between(0.05, 0.6), () => Connect(link));
            return;
        }
        link.IsConnected = true;
        link.Generation++;
        link.Node.Enter(link.Node.BusUp);
    }

    private void Send(SimLink to, SimFrame frame, bool isDirect)
    {
        if (timeline.Chance(Loss))
        {
            to.Node.Troubled();
            return;
        }
        var (generation, delay) = (to.Generation, Delay());
        if (MaxDelay > 0.1)
        {
            to.Node.Troubled();
        }
        var arrival = timeline.Now + delay;
        if (to.LastArrival.TryGetValue((frame.From, isDirect), out var last) && last > arrival)
        {
            arrival = last;
        }
        to.LastArrival[(frame.From, isDirect)] = arrival;
        timeline.In(arrival - timeline.Now, () =>
        {
            if (to.DownIsCut || IsFrozen || to.Generation != generation)
            {
                to.Node.Troubled();
                return;
            }
            to.Node.Enter(() => to.Node.Receive(frame));
        });
    }

    private TimeSpan Delay() => timeline.Between(0.0002, MaxDelay);
}
