namespace GoHub.Tests.Cluster.Simulation;

/// <summary>A whole cluster in one thread and simulated time: nodes, a bad bus, clients' requests and faults, all from one seed.</summary>
/// <remarks>As FoundationDB and TigerBeetle do it; the rules are in <see cref="ClusterChecks"/>.</remarks>
internal sealed class ClusterSimulation
{
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(40);

    /// <summary>Time in which all must be well again: 10 s until a dead node is given up, and what follows from it.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);

    private static readonly string[] RoomIds = ["a", "b", "c", "d"];
    private static readonly string[] Users = ["u", "v", "w"];

    private readonly Faults _faults;
    private ulong _numbers;
    private long _serial;

    public ClusterSimulation(int seed, Mutant mutant = Mutant.None, bool isTraced = false)
    {
        Timeline = new Timeline(seed) { IsTraced = isTraced };
        Mutant = mutant;
        Bus = new SimBus(Timeline);
        Checks = new ClusterChecks(this);
        _faults = new Faults(this);
    }

    public Timeline Timeline { get; }

    public SimBus Bus { get; }

    public ClusterChecks Checks { get; }

    public Mutant Mutant { get; }

    /// <summary>Those that live.</summary>
    public List<SimNode> Nodes { get; } = [];

    public bool IsHealed { get; private set; }

    public void Run()
    {
        for (var count = Timeline.Random.Next(2, 7); count > 0; count--)
        {
            Timeline.In(Timeline.Between(0, 2), Start);
        }
        _faults.Begin();
        Timeline.In(TimeSpan.FromSeconds(1), Operate);
        Timeline.RunUntil(Trouble);
        IsHealed = true;
        Timeline.Note(0, "all is mended");
        _faults.Heal();
        Timeline.RunUntil(Trouble + Recovery);
        Checks.AtTheEnd();
    }

    /// <summary>A process has ended; another starts, mostly.</summary>
    public void Ended(SimNode node)
    {
        Nodes.Remove(node);
        if (Timeline.Chance(0.8))
        {
            Timeline.In(Timeline.Between(0.1, 8), Start);
        }
    }

    private void Start()
    {
        if (IsHealed && Nodes.Count > 0)
        {
            return;
        }
        // Not in the order of the starts: the number decides who wins.
        var node = new SimNode(this, (++_numbers * 37) % 101);
        Nodes.Add(node);
        Timeline.Note(node.Number, "starts");
        node.Start();
    }

    private void Operate()
    {
        if (IsHealed)
        {
            return;
        }
        Timeline.In(Timeline.Between(0.02, 0.4), Operate);
        if (Open() is not { } node)
        {
            return;
        }
        var room = Timeline.Pick(RoomIds);
        switch (Timeline.Random.Next(12))
        {
            case 0 or 1:
                Create(node, room);
                break;
            case 2:
                node.Work.Delete(room);
                break;
            case 3:
                node.Work.Revoke("t:" + room, ++_serial, Timeline.Chance(0.5) ? Timeline.Between(2, 10) : null);
                break;
            case 4:
                node.Work.Kick(Timeline.Pick(Users));
                break;
            case 5 or 6 or 7:
                node.Work.Survey(room);
                break;
            case 8 when node.Connections.Count > 0:
                node.Work.Close(Timeline.Pick(node.Connections.Keys.ToList()));
                break;
            default:
                var connection = new SimConnection($"{node.Number}-{++_serial}", Timeline.Pick(Users), Timeline.Now);
                node.Connections.Add(connection.Id, connection);
                node.Work.Join(room, connection);
                break;
        }
    }

    // Often others want the same room at the same time.
    private void Create(SimNode node, string room)
    {
        node.Work.Create(room);
        while (Timeline.Chance(0.4))
        {
            Timeline.In(Timeline.Between(0, 0.03), () => Open()?.Work.Create(room));
        }
    }

    private SimNode? Open()
    {
        var open = Nodes.Where(n => n.IsOpen).ToList();
        return open.Count == 0 ? null : Timeline.Pick(open);
    }
}
