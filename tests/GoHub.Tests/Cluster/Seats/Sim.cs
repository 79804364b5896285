using System.Text;
using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Seats;

/// <summary>Some nodes, a store and bad luck, all of it decided by one seed; what must hold is looked at after every step.</summary>
internal sealed class Sim
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FaultsEnd = TimeSpan.FromSeconds(40);
    // The slowest message, and the lease of what it held for nobody.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(28);
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(3);

    private readonly int _seed;
    private readonly Func<SeatTerms, int, Random, DrivenKeeper> _makeKeeper;
    private readonly StringBuilder? _trace;
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly List<SimNode> _nodes = [];
    private readonly SimSeats _store;
    private readonly int[] _capacities;
    private readonly bool[] _resized;
    private TimeSpan _storeDownUntil;
    private bool _storeFrozen;
    private long _order;
    private int _nodeIds;
    private bool _closing;

    public Sim(int seed, Func<SeatTerms, int, Random, DrivenKeeper>? makeKeeper = null, bool storeKeepsOrder = true, StringBuilder? trace = null)
    {
        _seed = seed;
        _makeKeeper = makeKeeper ?? ((terms, capacity, random) => new DrivenKeeper(terms, capacity, random));
        _trace = trace;
        _store = new(storeKeepsOrder);
        Random = new Random(seed);
        Faults = new SimFaults(Random);
        _capacities = [.. Enumerable.Range(0, 1 + Random.Next(2)).Select(_ => 1 + Random.Next(6))];
        _resized = new bool[_capacities.Length];
        var nodes = 2 + Random.Next(3);
        for (var i = 0; i < nodes; i++)
        {
            Start();
        }
    }

    public TimeSpan Now { get; private set; }

    public Random Random { get; }

    public SimFaults Faults { get; }

    public long Steps { get; private set; }

    /// <summary>Whether everything works.</summary>
    public bool IsCalm { get; private set; }

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));

    public void Trace(string what) => _trace?.AppendLine($"{Now.TotalSeconds,9:F4} {what}");

    public void Require(bool holds, string what)
    {
        if (!holds)
        {
            Trace($"VIOLATION: {what}");
            throw new SimViolation($"seed {_seed}, after {Now.TotalSeconds:F4} s and {Steps} steps: {what}");
        }
    }

    public int Capacity(int room) => _capacities[room];

    /// <summary>A node that has not heard of a change yet acts on the limit before.</summary>
    public int LowestCapacity(int room) => _resized[room] ? 1 : _capacities[room];

    public DrivenKeeper NewKeeper(int room) => _makeKeeper(SeatTerms.Of(SimSeats.Lease), _capacities[room], Random);

    public TimeSpan Between(double from, double to) => Seconds(from + (to - from) * Random.NextDouble());

    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    /// <summary>Something that happens in a node: not while it is paused, never once it has crashed.</summary>
    public void AtNode(SimNode node, TimeSpan delay, Action action) => After(delay, () =>
    {
        if (!node.Alive)
        {
            return;
        }
        if (node.PausedUntil > Now)
        {
            // In any order: threads wake as they like.
            AtNode(node, node.PausedUntil - Now + Between(0, 0.005), action);
            return;
        }
        action();
    });

    public void Request(SimNode node, int room, SeatAsk ask, Action<int, bool, int> answer, Action fail)
    {
        var order = _order++;
        var copies = Random.NextDouble() < Faults.Repeated ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            if (Random.NextDouble() >= Faults.LostRequests)
            {
                After(Delay(), () => Arrive(node, room, ask, order, answer, fail));
            }
        }
        if (Random.NextDouble() < Faults.Pauses / 50)
        {
            // The worst moment: the answer comes, and is read long after.
            Pause(node);
        }
    }

    public void Run()
    {
        After(Between(0, 0.1), Work);
        After(Between(0, 5), Trouble);
        RunUntil(FaultsEnd);
        Trace("the faults end");
        Faults.Stop();
        _storeDownUntil = Now;
        foreach (var node in _nodes)
        {
            node.PausedUntil = Now;
            for (var room = 0; room < _capacities.Length; room++)
            {
                var which = room;
                AtNode(node, TimeSpan.Zero, () => node.Resize(which));
            }
            AtNode(node, TimeSpan.Zero, node.Reassert);
        }
        _closing = true;
        RunUntil(FaultsEnd + Calm);
        RequireRest();
        IsCalm = true;
        FillAndEmpty();
    }

    private void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out _, out var at) && at.At <= end)
        {
            var action = _events.Dequeue();
            Now = at.At;
            action();
            Steps++;
            RequireSeats();
        }
        Now = end;
    }

    private void Start()
    {
        var node = new SimNode(this, ++_nodeIds, Faults.Drift ? 0.96 + 0.08 * Random.NextDouble() : 1);
        _nodes.Add(node);
        AtNode(node, Between(0, 0.5), () => Tick(node));
    }

    private void Tick(SimNode node)
    {
        node.Tick();
        AtNode(node, TickPeriod, () => Tick(node));
    }

    private TimeSpan Delay() => Random.NextDouble() < Faults.Slow ? Between(0, Random.Next(4) == 0 ? 12 : 2.5) : Between(0.0002, 0.004);

    private void Arrive(SimNode node, int room, SeatAsk ask, long order, Action<int, bool, int> answer, Action fail)
    {
        if (Now < _storeDownUntil)
        {
            if (_storeFrozen)
            {
                After(_storeDownUntil - Now + Between(0, 0.01), () => Arrive(node, room, ask, order, answer, fail));
            }
            else if (Random.Next(2) == 0)
            {
                AtNode(node, Delay(), fail);
            }
            return;
        }
        var granted = _store.Apply(room, node.Id, ask.Wanted, ask.Capacity, order, Now);
        var full = _store.Held(room, Now) >= ask.Capacity;
        var incarnation = _store.Incarnation;
        Trace($"store room {room}: node {node.Id} holds {granted} by request {ask.Number}");
        if (Random.NextDouble() >= Faults.LostAnswers)
        {
            AtNode(node, Delay(), () => answer(granted, full, incarnation));
        }
    }

    /// <summary>What clients do.</summary>
    private void Work()
    {
        if (_closing)
        {
            return;
        }
        After(Random.Next(20) == 0 ? Between(0, 5) : Between(0, 0.3), Work);
        var node = _nodes[Random.Next(_nodes.Count)];
        var room = Random.Next(_capacities.Length);
        var what = Random.Next(100);
        AtNode(node, TimeSpan.Zero, () =>
        {
            if (what < 55)
            {
                node.Join(room);
            }
            else if (what < 95)
            {
                node.Leave(room);
            }
            else
            {
                node.GiveUp(room);
            }
        });
    }

    /// <summary>What happens to nodes, store and rooms.</summary>
    private void Trouble()
    {
        if (_closing)
        {
            return;
        }
        After(Between(0.2, 6), Trouble);
        var node = _nodes[Random.Next(_nodes.Count)];
        var room = Random.Next(_capacities.Length);
        var luck = Random.NextDouble();
        switch (Random.Next(7))
        {
            case 0 when luck < Faults.Outages:
                _storeDownUntil = Earlier(Now + Between(0, 20), FaultsEnd);
                _storeFrozen = Random.Next(2) == 0;
                Trace($"store: {(_storeFrozen ? "frozen" : "down")} until {_storeDownUntil.TotalSeconds:F4}");
                foreach (var each in _nodes)
                {
                    AtNode(each, _storeDownUntil - Now + Between(0, 2), each.Reassert);
                }
                break;
            case 1 when luck < Faults.DataLoss:
                Trace("store: loses data");
                _store.LoseData(everything: Random.Next(2) == 0, Now);
                break;
            case 2 when luck < Faults.Pauses:
                Pause(node);
                break;
            case 3 when luck < Faults.Crashes:
                Trace($"node {node.Id}: crashes; its follower is {_nodeIds + 1}");
                node.Alive = false;
                _nodes.Remove(node);
                Start();
                break;
            case 4 when luck < Faults.Deletions:
                foreach (var each in _nodes)
                {
                    AtNode(each, Between(0, 0.2), () => each.Delete(room));
                }
                break;
            case 5 when luck < Faults.Resizes:
                _capacities[room] = 1 + Random.Next(6);
                _resized[room] = true;
                foreach (var each in _nodes)
                {
                    AtNode(each, Between(0, 3), () => each.Resize(room));
                }
                break;
            default:
                _store.Save();
                break;
        }
    }

    /// <summary>No more members are delivered to than there are seats, whatever has happened.</summary>
    private void RequireSeats()
    {
        for (var room = 0; room < _capacities.Length; room++)
        {
            var members = 0;
            foreach (var node in _nodes)
            {
                foreach (var (which, state) in node.Rooms)
                {
                    if (which != room || !state.IsActive(node.Now))
                    {
                        continue;
                    }
                    if (state.ConfirmedIn != _store.Incarnation)
                    {
                        // The store has forgotten this hold, and the node cannot know yet; but not for longer than its lease.
                        Require(Now <= _store.LostAt + SeatTerms.Of(SimSeats.Lease).Usable / node.Rate, $"room {room} of node {node.Id} was not confirmed since the store lost data");
                        continue;
                    }
                    members += state.Members;
                }
            }
            // While a limit is changed, and requests with the old one are on their way, the store takes seats from a node before it can know.
            Require(members <= _capacities[room] || _resized[room], $"room {room} has {members} members and {_capacities[room]} seats");
        }
    }

    /// <summary>After some time without faults everybody has a seat, and every seat held has somebody.</summary>
    private void RequireRest()
    {
        for (var room = 0; room < _capacities.Length; room++)
        {
            foreach (var node in _nodes)
            {
                var state = node.Rooms.Where(r => r.Room == room).Select(r => r.State).FirstOrDefault();
                Require(state is null || state.Pending.Count == 0, $"joins of room {room} are left at node {node.Id}");
                Require(state is null || state.Members == 0 || state.IsActive(node.Now), $"room {room} of node {node.Id} is still suspended");
                Require(_store.Held(room, node.Id, Now) == (state?.Members ?? 0), $"room {room}: node {node.Id} holds {_store.Held(room, node.Id, Now)} seats for {state?.Members ?? 0} members");
            }
            Require(Members(room) <= _capacities[room], $"room {room} has {Members(room)} members and {_capacities[room]} seats, long after the faults");
            Require(_store.Held(room, Now) == Members(room), $"room {room}: seats are held by nodes that are gone");
        }
    }

    /// <summary>Free seats can be taken, more cannot, and nothing is left of it at the end.</summary>
    private void FillAndEmpty()
    {
        for (var room = 0; room < _capacities.Length; room++)
        {
            for (var free = _capacities[room] - Members(room); free > 0; free--)
            {
                _nodes[Random.Next(_nodes.Count)].Join(room);
            }
        }
        RunUntil(Now + AMoment);
        for (var room = 0; room < _capacities.Length; room++)
        {
            Require(Members(room) == _capacities[room], $"room {room}: a free seat could not be taken");
            _nodes.ForEach(n => n.Join(room));
        }
        RunUntil(Now + AMoment);
        for (var room = 0; room < _capacities.Length; room++)
        {
            Require(Members(room) == _capacities[room], $"room {room} has {Members(room)} members and {_capacities[room]} seats");
            foreach (var node in _nodes)
            {
                while (node.Members(room) > 0)
                {
                    node.Leave(room);
                }
            }
        }
        RunUntil(Now + AMoment);
        Require(_nodes.All(n => n.Rooms.All(r => r.State.Keeper is null)), "a keeper outlives its room's members");
        Require(Enumerable.Range(0, _capacities.Length).All(room => _store.Held(room, Now) == 0), "seats are held for nobody");
    }

    private void Pause(SimNode node)
    {
        node.PausedUntil = Earlier(Now + Between(0, Random.Next(2) == 0 ? 4 : 25), FaultsEnd);
        Trace($"node {node.Id}: paused until {node.PausedUntil.TotalSeconds:F4}");
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private int Members(int room) => _nodes.Sum(n => n.Members(room));
}

internal sealed class SimViolation(string message) : Exception(message);
