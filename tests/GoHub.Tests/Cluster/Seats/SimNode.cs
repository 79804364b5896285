using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Seats;

/// <summary>One node of the simulation: drives its keepers as <see cref="RoomSeats"/> does, with its own clock, and keeps the truth of who is in.</summary>
internal sealed class SimNode(Sim sim, int id, double rate)
{
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, SimRoom> _rooms = [];
    private long _joins;

    public int Id { get; } = id;

    public bool Alive { get; set; } = true;

    public TimeSpan PausedUntil { get; set; }

    public double Rate { get; } = rate;

    /// <summary>By its own clock, which runs on while it is paused.</summary>
    public TimeSpan Now => sim.Now * Rate;

    public IEnumerable<(int Room, SimRoom State)> Rooms => _rooms.Select(r => (r.Key, r.Value));

    public int Members(int room) => _rooms.TryGetValue(room, out var state) ? state.Members : 0;

    public void Join(int room)
    {
        var state = RoomOf(room);
        var join = ++_joins;
        state.Pending.Add(join, Now);
        sim.Trace($"node {Id} room {room}: join {join}");
        Apply(room, state.Keeper!.Join(join, Now + RoomSeats.JoinDeadline, Now));
    }

    public void GiveUp(int room)
    {
        if (_rooms.TryGetValue(room, out var state) && state.Pending.Count > 0)
        {
            var join = state.Pending.Keys.ElementAt(sim.Random.Next(state.Pending.Count));
            sim.Trace($"node {Id} room {room}: join {join} is given up");
            Apply(room, state.Keeper!.GiveUp(join, Now));
            sim.Require(!state.Pending.ContainsKey(join), "a join that was given up stays pending");
        }
    }

    public void Leave(int room)
    {
        if (_rooms.TryGetValue(room, out var state) && state.Members > 0)
        {
            state.Members--;
            sim.Trace($"node {Id} room {room}: a member leaves, {state.Members} are left");
            Apply(room, state.Keeper!.Leave(Now));
        }
    }

    public void Delete(int room)
    {
        if (_rooms.TryGetValue(room, out var state) && state.Keeper is not null)
        {
            state.Members = 0;
            sim.Trace($"node {Id} room {room}: deleted");
            Apply(room, state.Keeper.Delete(Now));
        }
    }

    public void Resize(int room)
    {
        if (_rooms.TryGetValue(room, out var state) && state.Keeper is not null)
        {
            sim.Trace($"node {Id} room {room}: has {sim.Capacity(room)} seats now");
            Apply(room, state.Keeper.Resize(sim.Capacity(room), Now));
        }
    }

    public void Reassert()
    {
        sim.Trace($"node {Id}: the bus is back");
        foreach (var (room, state) in _rooms)
        {
            if (state.Keeper is not null)
            {
                Apply(room, state.Keeper.Reassert(Now));
            }
        }
    }

    public void Tick()
    {
        foreach (var (room, state) in _rooms)
        {
            if (state.Keeper is not null)
            {
                Apply(room, state.Keeper.Tick(Now));
                sim.Require(state.Pending.Values.All(at => at + RoomSeats.JoinDeadline > Now), "a join was not answered by its deadline");
            }
        }
    }

    private SimRoom RoomOf(int room)
    {
        if (!_rooms.TryGetValue(room, out var state))
        {
            _rooms[room] = state = new();
        }
        state.Keeper ??= sim.NewKeeper(room);
        return state;
    }

    private void Apply(int room, SeatEffects effects)
    {
        var state = _rooms[room];
        foreach (var (join, result) in effects.Answers)
        {
            sim.Require(state.Pending.Remove(join, out var askedAt), "a join was answered twice");
            sim.Trace($"node {Id} room {room}: join {join} is {result}");
            if (result == SeatResult.Granted)
            {
                state.Members++;
            }
            var knowsItIsFull = (state.AnsweredSentAt >= askedAt && state.AnsweredFull) || state.Members >= sim.LowestCapacity(room);
            sim.Require(result != SeatResult.Full || knowsItIsFull, "a join was refused on what was known before it asked");
            sim.Require(result != SeatResult.Unavailable || !sim.IsCalm, "a join was not served though nothing is wrong");
        }
        if (effects.Evict > 0)
        {
            sim.Trace($"node {Id} room {room}: {effects.Evict} are to be evicted");
            Evict(room, state, effects.Evict);
        }
        if (effects.Ask is { } ask)
        {
            Send(room, state, ask);
        }
        if (state.Keeper is { IsIdle: true })
        {
            sim.Require(state.Pending.Count == 0 && state.Members == 0, "a keeper says that it is idle and is not");
            state.Keeper = null;
        }
    }

    private void Evict(int room, SimRoom state, int count)
    {
        void Out()
        {
            for (var i = 0; i < count && state.Members > 0; i++)
            {
                Leave(room);
            }
        }

        if (sim.Faults.LateEvictions)
        {
            sim.AtNode(this, sim.Between(0, 0.3), Out);
        }
        else
        {
            Out();
        }
    }

    private void Send(int room, SimRoom state, SeatAsk ask)
    {
        sim.Require(!state.Asking, "two requests are on their way");
        state.Asking = true;
        var keeper = state.Keeper!;
        var sentAt = Now;
        var over = false;

        void Fail()
        {
            if (!over)
            {
                over = true;
                state.Asking = false;
                sim.Trace($"node {Id} room {room}: request {ask.Number} fails");
                Apply(room, keeper.Failed(ask, Now));
            }
        }

        void Answer(int granted, bool full, int incarnation)
        {
            if (!over)
            {
                over = true;
                state.Asking = false;
                sim.Trace($"node {Id} room {room}: request {ask.Number} is answered with {granted}");
                state.AnsweredSentAt = sentAt;
                state.AnsweredFull = full;
                state.ConfirmedIn = incarnation;
                Apply(room, keeper.Answered(ask, granted, sentAt, Now));
            }
        }

        sim.Trace($"node {Id} room {room}: request {ask.Number} for {ask.Wanted} of {ask.Capacity}");
        sim.AtNode(this, CallDeadline / Rate, Fail);
        sim.Request(this, room, ask, Answer, Fail);
    }
}

/// <summary>What a node of the simulation knows of a room, and what the simulation knows of both.</summary>
internal sealed class SimRoom
{
    public DrivenKeeper? Keeper { get; set; }

    /// <summary>Joins not answered, and when they asked.</summary>
    public SortedDictionary<long, TimeSpan> Pending { get; } = [];

    public int Members { get; set; }

    public bool Asking { get; set; }

    public TimeSpan AnsweredSentAt { get; set; }

    public bool AnsweredFull { get; set; }

    public int ConfirmedIn { get; set; }

    /// <summary>Whether the members are delivered to.</summary>
    public bool IsActive(TimeSpan now) => Members > 0 && (Keeper is null || now < Keeper.UsableUntil);
}
