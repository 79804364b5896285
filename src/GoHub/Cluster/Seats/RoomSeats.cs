using System.Collections.Concurrent;
using GoHub.Bus;
using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>The seats this node holds in rooms with a limit, which it shares with the other nodes through the bus's store.</summary>
/// <remarks>
/// Owner of one <see cref="SeatedRoom"/> for each room it has members in, joins waiting for, or a <see cref="SeatLease"/> handed out.
/// Threads: any. Nothing happens by itself: the owner calls <see cref="Tick"/>.
/// </remarks>
/// <param name="store">The store, once the bus is up; null: seats are unavailable.</param>
/// <param name="node">This node, as the store knows it.</param>
/// <param name="time">Its monotonic clock alone is used.</param>
/// <param name="logger">Where faults are said.</param>
/// <param name="evict">
/// Called, from any thread and outside all locks, with a room and how many of its members have no seat any more. They are to be taken out of the room at once,
/// each with <see cref="Release(SeatLease)"/> as any that leaves; the room is suspended here until then.
/// </param>
internal sealed class RoomSeats(Func<ISeatStore?> store, ulong node, TimeProvider time, ILogger logger, Action<string, int> evict)
{
    /// <summary>How long a join may take. What is over is noticed at the next <see cref="Tick"/>. Source: issue of the cluster.</summary>
    public static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(2);

    /// <summary>How long the store may take to answer: long enough for a slow bus (200 ms with jitter), short enough for a second attempt within <see cref="JoinDeadline"/>.</summary>
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SeatedRoom> _rooms = new(StringComparer.Ordinal);
    private readonly StoreHealth _health = new(time, logger);
    private volatile bool _closed;

    public RoomSeats(ISeatStore store, ulong node, TimeProvider time, ILogger logger, Action<string, int> evict)
        : this(() => store, node, time, logger, evict)
    {
    }

    /// <summary>How many rooms there is something to remember of.</summary>
    public int RoomCount => _rooms.Count;

    /// <summary>The lease of a room, for its deliveries. One object until <see cref="Forget(string)"/>, so a room may keep it; whoever asks for it must forget the room one day.</summary>
    public SeatLease LeaseOf(string roomId)
    {
        while (true)
        {
            if (RoomOf(roomId).Lease() is { } lease)
            {
                return lease;
            }
        }
    }

    /// <summary>Takes a seat for a join, which releases it when it leaves or does not happen after all.</summary>
    /// <param name="lease">The room's. If the room was forgotten meanwhile, the seat is unavailable, even if there is a new room of that id.</param>
    /// <param name="capacity">Seats of the room over all nodes, at least 1.</param>
    /// <param name="cancellationToken">The join is not wanted any more.</param>
    /// <exception cref="OperationCanceledException">Cancelled; no seat is taken.</exception>
    public ValueTask<SeatResult> TakeAsync(SeatLease lease, int capacity, CancellationToken cancellationToken) =>
        TakeAsync(lease.RoomId, lease, capacity, cancellationToken);

    /// <summary>As <see cref="TakeAsync(SeatLease, int, CancellationToken)"/>, in whatever room has this id now.</summary>
    public ValueTask<SeatResult> TakeAsync(string roomId, int capacity, CancellationToken cancellationToken) =>
        TakeAsync(roomId, null, capacity, cancellationToken);

    /// <summary>A member has left, or a granted join did not happen after all. Of no effect if the room was forgotten since.</summary>
    public void Release(SeatLease lease) => Release(lease.RoomId, lease);

    /// <summary>As <see cref="Release(SeatLease)"/>, in whatever room has this id now: not to be called for seats taken before <see cref="Forget(string)"/>.</summary>
    public void Release(string roomId) => Release(roomId, null);

    /// <summary>The room is gone, and everybody in it: gives all its seats back. Joins that wait are unavailable.</summary>
    public void Forget(string roomId)
    {
        if (_rooms.TryGetValue(roomId, out var room))
        {
            Perform(room, room.Forget());
            Remove(room);
        }
    }

    /// <summary>Renewals, retries, deadlines. To be called about every 500 ms.</summary>
    public void Tick()
    {
        var lapsed = 0;
        foreach (var (_, room) in _rooms)
        {
            Perform(room, room.Tick(out var justLapsed));
            lapsed += justLapsed ? 1 : 0;
            Remove(room);
        }
        if (lapsed > 0)
        {
            SeatLog.LeasesLapsed(logger, lapsed);
        }
    }

    /// <summary>The bus is back: confirms every hold now, since the store may have forgotten it.</summary>
    public void Reassert()
    {
        foreach (var (_, room) in _rooms)
        {
            Perform(room, room.Reassert());
        }
    }

    /// <summary>Gives all seats back, for good: the node leaves. Members that are still here are members of suspended rooms.</summary>
    /// <param name="cancellationToken">Ends the wait; what was not given back ends with its lease.</param>
    public async ValueTask ReleaseAllAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        List<Task> given = [];
        foreach (var (_, room) in _rooms)
        {
            given.Add(room.Close(out var effects));
            Perform(room, effects);
        }
        try
        {
            await Task.WhenAll(given).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Counted below, as those whose giving back has failed.
        }
        var left = _rooms.Count(r => r.Value.IsHeld);
        if (left > 0)
        {
            SeatLog.NotGivenBack(logger, left);
        }
    }

    private async ValueTask<SeatResult> TakeAsync(string roomId, SeatLease? lease, int capacity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        cancellationToken.ThrowIfCancellationRequested();
        if (store() is not { } seats)
        {
            return SeatResult.Unavailable;
        }
        var terms = SeatTerms.Of(seats.Lease);
        while (true)
        {
            var room = RoomOf(roomId);
            if (_closed)
            {
                // Asked with the room in the list: a room that this does not see closing is one that ReleaseAllAsync sees.
                return SeatResult.Unavailable;
            }
            var answer = new TaskCompletionSource<SeatResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (room.Take(lease, terms, capacity, JoinDeadline, answer, out var join) is not { } effects)
            {
                continue;
            }
            Perform(room, effects);
            if (answer.Task.IsCompleted)
            {
                return await answer.Task.ConfigureAwait(false);
            }
            using (cancellationToken.UnsafeRegister(_ => Perform(room, room.GiveUp(join)), null))
            {
                var result = await answer.Task.ConfigureAwait(false);
                if (result == SeatResult.Unavailable)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
                return result;
            }
        }
    }

    private void Release(string roomId, SeatLease? lease)
    {
        if (_rooms.TryGetValue(roomId, out var room))
        {
            Perform(room, room.Release(lease));
            Remove(room);
        }
    }

    private SeatedRoom RoomOf(string roomId) => _rooms.GetOrAdd(roomId, static (id, time) => new SeatedRoom(id, time), time);

    private void Remove(SeatedRoom room)
    {
        if (room.TryRemove())
        {
            _rooms.TryRemove(new(room.Id, room));
        }
    }

    private void Perform(SeatedRoom room, SeatEffects effects)
    {
        if (effects.Evict > 0)
        {
            Evict(room.Id, effects.Evict);
        }
        if (effects.Ask is { } ask)
        {
            // One at a time for a room, until there is nothing more to ask; it ends by itself and takes care of every exception.
            _ = AskAsync(room, ask);
        }
    }

    private async Task AskAsync(SeatedRoom room, SeatAsk first)
    {
        for (SeatAsk? next = first; next is { } ask;)
        {
            var sentAt = time.GetElapsedTime(0);
            var effects = await HoldAsync(room.Id, ask).ConfigureAwait(false) is { } granted
                ? room.Answered(ask, granted, sentAt)
                : room.Failed(ask);
            if (effects.Evict > 0)
            {
                Evict(room.Id, effects.Evict);
            }
            next = effects.Ask;
            Remove(room);
        }
    }

    /// <returns>What is held now; null if that is not known.</returns>
    private async ValueTask<int?> HoldAsync(string roomId, SeatAsk ask)
    {
        try
        {
            if (store() is not { } seats)
            {
                _health.Failed("the bus is not there");
                return null;
            }
            using var deadline = new CancellationTokenSource(CallDeadline, time);
            var granted = await seats.HoldAsync(roomId, node, ask.Wanted, ask.Capacity, deadline.Token).ConfigureAwait(false);
            _health.Succeeded();
            return granted;
        }
        catch (OperationCanceledException)
        {
            _health.Failed("no answer in time");
        }
        catch (BusException e)
        {
            _health.Failed(e.Message);
        }
        catch (Exception e)
        {
            _health.Failed("a fault of its own", e);
        }
        return null;
    }

    private void Evict(string roomId, int count)
    {
        SeatLog.Evicting(logger, Diagnostics.Log.Safe(roomId), count);
        try
        {
            evict(roomId, count);
        }
        catch (Exception e)
        {
            SeatLog.EvictFailed(logger, e, Diagnostics.Log.Safe(roomId));
        }
    }
}
