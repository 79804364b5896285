namespace GoHub.Tests.Cluster.Simulation;

/// <summary>What goes wrong in one run. Each seed has some kinds of faults and not others, which finds more than all at once.</summary>
internal sealed class Faults
{
    private readonly ClusterSimulation _world;
    private readonly Timeline _timeline;
    private readonly List<Action> _kinds;

    public Faults(ClusterSimulation world)
    {
        (_world, _timeline) = (world, world.Timeline);
        Action[] all = [Lose, Slow, CutOff, CutOneWay, Disconnect, Outage, Freeze, Crash, Leave, Pause];
        _kinds = [.. all.Where(_ => _timeline.Chance(0.35))];
    }

    private SimBus Bus => _world.Bus;

    public void Begin()
    {
        if (_kinds.Count > 0)
        {
            _timeline.In(_timeline.Between(0.5, 6), Next);
        }
    }

    public void Heal()
    {
        Bus.Loss = 0;
        Bus.MaxDelay = 0.02;
        Thaw();
        Bus.ComeBack();
        foreach (var link in Bus.Links)
        {
            Mend(link);
        }
        foreach (var node in _world.Nodes.ToList())
        {
            node.Resume();
        }
    }

    private void Next()
    {
        if (_world.IsHealed)
        {
            return;
        }
        _timeline.Pick(_kinds)();
        _timeline.In(_timeline.Between(0.5, 6), Next);
    }

    private void Lose()
    {
        Bus.Loss = _timeline.Pick([0.02, 0.1, 0.4]);
        _timeline.Note(0, $"loses {Bus.Loss:p0}");
        _timeline.In(_timeline.Between(0.5, 8), () => Bus.Loss = 0);
    }

    private void Slow()
    {
        Bus.MaxDelay = _timeline.Pick([0.1, 0.3, 1]);
        _timeline.Note(0, $"takes up to {Bus.MaxDelay} s");
        _timeline.In(_timeline.Between(0.5, 8), () => Bus.MaxDelay = 0.02);
    }

    private void CutOff()
    {
        if (Victim() is { } node)
        {
            Cut(node, up: true, down: true);
        }
    }

    private void CutOneWay()
    {
        if (Victim() is { } node)
        {
            var up = _timeline.Chance(0.5);
            Cut(node, up, !up);
        }
    }

    private void Cut(SimNode node, bool up, bool down)
    {
        _timeline.Note(node.Number, $"is cut off{(up ? " up" : "")}{(down ? " down" : "")}");
        node.Link.UpIsCut |= up;
        node.Link.DownIsCut |= down;
        _timeline.In(_timeline.Between(0.1, 16), () => Mend(node.Link));
    }

    private void Disconnect()
    {
        if (Victim() is { } node)
        {
            _timeline.Note(node.Number, "loses its connection");
            node.Link.IsRefused = _timeline.Chance(0.7);
            Bus.Disconnect(node.Link);
            _timeline.In(_timeline.Between(0.1, 16), () => Mend(node.Link));
        }
    }

    private void Outage()
    {
        if (!Bus.IsAway)
        {
            _timeline.Note(0, "bus goes away");
            Bus.GoAway();
            _timeline.In(_timeline.Between(0.1, 14), Bus.ComeBack);
        }
    }

    private void Freeze()
    {
        if (!Bus.IsFrozen)
        {
            _timeline.Note(0, "bus freezes");
            Bus.IsFrozen = true;
            _timeline.In(_timeline.Between(0.1, 14), Thaw);
        }
    }

    private void Crash()
    {
        if (_world.Nodes.Count > 1 && Victim() is { } node)
        {
            node.Crash();
            _world.Ended(node);
        }
    }

    private void Leave()
    {
        if (_world.Nodes.Count > 1 && Victim() is { IsPaused: false } node)
        {
            node.Leave();
            _world.Ended(node);
        }
    }

    private void Pause()
    {
        if (Victim() is { IsPaused: false } node)
        {
            _timeline.Note(node.Number, "sleeps");
            node.Pause();
            _timeline.In(_timeline.Between(0.2, 20), node.Resume);
        }
    }

    private void Thaw()
    {
        if (!Bus.IsFrozen)
        {
            return;
        }
        Bus.IsFrozen = false;
        foreach (var node in _world.Nodes)
        {
            node.Troubled();
        }
    }

    private static void Mend(SimLink link)
    {
        if (!link.IsReachable)
        {
            link.Node.Troubled();
        }
        link.UpIsCut = link.DownIsCut = link.IsRefused = false;
    }

    private SimNode? Victim() => _world.Nodes.Count == 0 ? null : _timeline.Pick(_world.Nodes);
}
