using System.Collections.Concurrent;
using GoHub.Connections;
using GoHub.Protocol;
using GoHub.Rooms;

namespace GoHub.Cluster;

/// <summary>Which members of rooms with a limit hold a seat of the cluster.</summary>
/// <remarks>Owner of that. Threads: any.</remarks>
/// <param name="rooms">The rooms of this node.</param>
/// <param name="seats">Null as long as limits are not strict: on a node without a bus, where the room itself holds its limit, and by best effort.</param>
internal sealed class SeatedRooms(RoomRegistry rooms, Func<RoomSeats?> seats)
{
    private readonly ConcurrentDictionary<Room, SeatedMembers> _seated = new();

    public bool IsStrict => seats() is not null;

    public void Forget(Room room)
    {
        if (_seated.TryRemove(room, out _))
        {
            seats()?.Forget(room.Id);
        }
    }

    /// <summary>Takes a seat for a connection, which is or will be a member.</summary>
    public async ValueTask<RoomResult> TakeAsync(Room room, GoHubConnection connection)
    {
        if (seats() is not { } store)
        {
            return RoomResult.Unavailable;
        }
        var seated = _seated.GetOrAdd(room, r => new SeatedMembers(store.LeaseOf(r.Id)));
        if (!ReferenceEquals(rooms.Find(room.Id), room))
        {
            // It was deleted meanwhile, before there was anything here to forget.
            _seated.TryRemove(room, out _);
            return RoomResult.NotFound;
        }
        room.IsSuspended ??= () => seated.Lease.HasLapsed;
        switch (await store.TakeAsync(seated.Lease, room.MaxClients, connection.Aborted).ConfigureAwait(false))
        {
            case SeatResult.Granted:
                seated.Add(connection);
                return RoomResult.Ok;
            case SeatResult.Full:
                return RoomResult.Full;
            default:
                return RoomResult.Unavailable;
        }
    }

    /// <summary>Gives a member's seat back, if it has one.</summary>
    public void Release(Room room, GoHubConnection connection)
    {
        // Who came while there was no store of seats has none to give back.
        if (_seated.TryGetValue(room, out var seated) && seated.Remove(connection))
        {
            seats()?.Release(seated.Lease);
        }
    }

    /// <summary>Members of this node that no longer have a seat leave, and are told.</summary>
    public void Evict(string id, int count)
    {
        foreach (var member in (rooms.Find(id)?.Members ?? []).TakeLast(count))
        {
            Evict(id, member);
        }
    }

    /// <summary>The store of seats has come: members that joined without it take theirs, or go.</summary>
    public async Task SeatAllAsync()
    {
        foreach (var room in rooms.All)
        {
            foreach (var member in room.MaxClients > 0 ? room.Members : [])
            {
                if (IsStrict && !(_seated.TryGetValue(room, out var seated) && seated.Contains(member))
                    && await SeatUnlessGoneAsync(room, member).ConfigureAwait(false) == RoomResult.Full)
                {
                    Evict(room.Id, member);
                }
            }
        }
    }

    private async ValueTask<RoomResult> SeatUnlessGoneAsync(Room room, GoHubConnection member)
    {
        try
        {
            var result = await TakeAsync(room, member).ConfigureAwait(false);
            if (result == RoomResult.Ok && !room.Contains(member))
            {
                Release(room, member);
            }
            return result;
        }
        catch (OperationCanceledException)
        {
            return RoomResult.ConnectionNotFound;
        }
    }

    private void Evict(string id, GoHubConnection member)
    {
        if (rooms.Leave(id, member) == RoomResult.Ok)
        {
            member.ReplyError(GoHubErrorCode.RoomFull, "The room is full: others have taken the seats while this node was cut off.", default, id);
            member.Reply(MessageTypes.RoomLeft, new RoomStatusData(id, "evicted"), WireJson.Default.RoomStatusData, default);
        }
    }

    /// <summary>The members of one room that hold a seat, and the lease of all of them.</summary>
    /// <remarks>Threads: any.</remarks>
    private sealed class SeatedMembers(SeatLease lease)
    {
        private readonly ConcurrentDictionary<GoHubConnection, bool> _members = new();

        public SeatLease Lease => lease;

        public void Add(GoHubConnection connection) => _members[connection] = true;

        public bool Remove(GoHubConnection connection) => _members.TryRemove(connection, out _);

        public bool Contains(GoHubConnection connection) => _members.ContainsKey(connection);
    }
}
