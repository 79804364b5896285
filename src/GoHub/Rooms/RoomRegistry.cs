using System.Collections.Concurrent;
using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Events;
using GoHub.Protocol;
using Microsoft.Extensions.Options;

namespace GoHub.Rooms;

/// <summary>The rooms of this node: create, delete, join, leave.</summary>
/// <remarks>Owner of the list of rooms. Threads: any.</remarks>
internal sealed class RoomRegistry
{
    /// <summary>Longest room id and name. Unit: bytes of UTF-8. Source: security list of the design.</summary>
    public const int MaxNameBytes = 256;

    private readonly ConcurrentDictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly GoHubRoomOptions _options;
    private readonly int _roomsPerConnection;
    private readonly FrameEncoder _frames;
    private readonly GoHubMetrics _metrics;
    private readonly GoHubEvents _events;
    private int _count;

    public RoomRegistry(IOptions<GoHubOptions> options, FrameEncoder frames, GoHubMetrics metrics, GoHubEvents events)
    {
        _options = options.Value.Rooms;
        _roomsPerConnection = options.Value.Limits.RoomsPerConnection;
        _frames = frames;
        _metrics = metrics;
        _events = events;
        metrics.ObserveRooms(() => Count);
    }

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Room> All => _rooms.Select(pair => pair.Value);

    public Room? Find(string id) => _rooms.GetValueOrDefault(id);

    public RoomResult Create(string id, string name, int maxClients, GoHubConnection? by = null) =>
        TryCreate(new Room(id, name, maxClients, automatic: false), by);

    public RoomResult Join(string id, GoHubConnection connection)
    {
        while (true)
        {
            var room = Find(id);
            if (room is null)
            {
                if (!_options.AutoCreate)
                {
                    return RoomResult.NotFound;
                }
                if (TryCreate(new Room(id, id, 0, automatic: true), connection) == RoomResult.LimitReached)
                {
                    return RoomResult.LimitReached;
                }
                continue;
            }
            var result = Enter(room, connection);
            if (result != RoomResult.NotFound || !_options.AutoCreate)
            {
                return result;
            }
            // The last member left between finding the room and entering it; its entry is about to go.
            Forget(room);
        }
    }

    public RoomResult Leave(string id, GoHubConnection connection)
    {
        if (Find(id) is not { } room)
        {
            return RoomResult.NotFound;
        }
        if (!Exit(room, connection))
        {
            return RoomResult.NotInRoom;
        }
        connection.Memberships.Remove(room);
        return RoomResult.Ok;
    }

    /// <summary>Takes a connection that has ended out of all its rooms.</summary>
    public void LeaveAll(GoHubConnection connection)
    {
        foreach (var room in connection.Memberships.CloseAndTake())
        {
            Exit(room, connection);
        }
    }

    /// <summary>Deletes a room and tells its members.</summary>
    public RoomResult Delete(string id, GoHubConnection? by = null)
    {
        if (Find(id) is not { } room || room.Delete() is not { } members)
        {
            return RoomResult.NotFound;
        }
        Forget(room);
        var told = _frames.Encode(MessageTypes.RoomDeleted, new RoomRefData(id), WireJson.Default.RoomRefData);
        foreach (var member in members)
        {
            member.Memberships.Remove(room);
            // The asker gets an answer of its own, with its request's id.
            if (!ReferenceEquals(member, by))
            {
                member.Send(told);
            }
        }
        _events.Publish((id, by), static (s, at) => new RoomDeletedEvent(at, s.id, s.by?.ConnectionId));
        return RoomResult.Ok;
    }

    private RoomResult TryCreate(Room room, GoHubConnection? by)
    {
        if (Interlocked.Increment(ref _count) > _options.MaxRooms && _options.MaxRooms > 0)
        {
            Interlocked.Decrement(ref _count);
            return _rooms.ContainsKey(room.Id) ? RoomResult.AlreadyExists : RoomResult.LimitReached;
        }
        if (!_rooms.TryAdd(room.Id, room))
        {
            Interlocked.Decrement(ref _count);
            return RoomResult.AlreadyExists;
        }
        _events.Publish((room, by), static (s, at) => new RoomCreatedEvent(at, s.room.Id, s.room.Name, s.room.MaxClients, s.by?.ConnectionId));
        return RoomResult.Ok;
    }

    private RoomResult Enter(Room room, GoHubConnection connection)
    {
        var result = room.Add(connection);
        if (result != RoomResult.Ok)
        {
            return result;
        }
        if (!connection.Memberships.TryAdd(room, _roomsPerConnection, out var closed))
        {
            Drop(room, connection);
            return closed ? RoomResult.ConnectionNotFound : RoomResult.LimitReached;
        }
        if (!room.Contains(connection))
        {
            // Deleted between the two lines above; the room's own list is the truth.
            connection.Memberships.Remove(room);
            return RoomResult.NotFound;
        }
        _metrics.RoomJoined();
        _events.Publish((room, connection), static (s, at) => new RoomJoinedEvent(at, s.room.Id, s.connection.ConnectionId, s.connection.UserId));
        return RoomResult.Ok;
    }

    private bool Exit(Room room, GoHubConnection connection)
    {
        if (!Drop(room, connection))
        {
            return false;
        }
        _metrics.RoomLeft();
        _events.Publish((room, connection), static (s, at) => new RoomLeftEvent(at, s.room.Id, s.connection.ConnectionId, s.connection.UserId));
        return true;
    }

    private bool Drop(Room room, GoHubConnection connection)
    {
        var removed = room.Remove(connection, out var emptied);
        if (emptied)
        {
            Forget(room);
            _events.Publish(room, static (r, at) => new RoomDeletedEvent(at, r.Id, null));
        }
        return removed;
    }

    private void Forget(Room room)
    {
        if (_rooms.TryRemove(new(room.Id, room)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
