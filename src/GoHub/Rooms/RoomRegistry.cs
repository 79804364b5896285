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

    /// <summary>A member has left a room here, by whatever way.</summary>
    public event Action<Room, GoHubConnection>? MemberLeft;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether joining a room that is not there makes it.</summary>
    public bool CreatesOnJoin => _options.AutoCreate;

    public IEnumerable<Room> All => _rooms.Select(pair => pair.Value);

    public Room? Find(string id) => _rooms.GetValueOrDefault(id);

    public RoomResult Create(string id, string name, int maxClients, GoHubConnection? by = null) =>
        TryCreate(new Room(id, name, maxClients, automatic: false), by);

    public RoomResult Join(string id, GoHubConnection connection)
    {
        while (true)
        {
            if (Find(id) is { } room)
            {
                var result = Join(room, connection);
                if (result == RoomResult.Ok)
                {
                    return result;
                }
                // One that was made for this connection alone must not stay behind empty.
                Dissolve(room);
                if (result != RoomResult.NotFound || !_options.AutoCreate)
                {
                    return result;
                }
                // It was deleted between finding and entering it.
                Forget(room);
            }
            else if (!_options.AutoCreate)
            {
                return RoomResult.NotFound;
            }
            else if (TryCreate(new Room(id, id, 0, automatic: true), connection) == RoomResult.LimitReached)
            {
                return RoomResult.LimitReached;
            }
        }
    }

    /// <summary>Joins that very room; <see cref="RoomResult.NotFound"/> if it was deleted, whether or not there is another of its id.</summary>
    public RoomResult Join(Room room, GoHubConnection connection)
    {
        var result = connection.Memberships.Join(room, _roomsPerConnection);
        if (result == RoomResult.Ok)
        {
            _metrics.RoomJoined();
            _events.Publish((room, connection), static (s, at) => new RoomJoinedEvent(at, s.room.Id, s.connection.ConnectionId, s.connection.UserId));
        }
        return result;
    }

    public RoomResult Leave(string id, GoHubConnection connection)
    {
        if (Find(id) is not { } room)
        {
            return RoomResult.NotFound;
        }
        if (!connection.Memberships.Leave(room))
        {
            return RoomResult.NotInRoom;
        }
        Left(room, connection);
        Dissolve(room);
        return RoomResult.Ok;
    }

    /// <summary>Takes a connection that has ended out of all its rooms.</summary>
    public void LeaveAll(GoHubConnection connection)
    {
        foreach (var room in connection.Memberships.Close())
        {
            Left(room, connection);
            Dissolve(room);
        }
    }

    /// <summary>Deletes a room and tells its members.</summary>
    public RoomResult Delete(string id, GoHubConnection? by = null)
    {
        var result = Remove(id, by);
        if (result == RoomResult.Ok)
        {
            Deleted(id, by);
        }
        return result;
    }

    /// <summary>Tells subscribers that a room is gone; once, where it was asked for.</summary>
    public void Deleted(string id, GoHubConnection? by) =>
        _events.Publish((id, by), static (s, at) => new RoomDeletedEvent(at, s.id, s.by?.ConnectionId));

    /// <summary>Has a room as another node created it, whatever was here before.</summary>
    public void Adopt(string id, string name, int maxClients)
    {
        var fresh = new Room(id, name, maxClients, automatic: false);
        var room = _rooms.GetOrAdd(id, fresh);
        if (ReferenceEquals(room, fresh))
        {
            Interlocked.Increment(ref _count);
        }
        else
        {
            room.Adopt(name, maxClients);
        }
    }

    /// <summary>Takes a room away and tells its members, not the subscribers.</summary>
    public RoomResult Remove(string id, GoHubConnection? by = null)
    {
        if (Find(id) is not { } room || room.Delete() is not { } members)
        {
            return RoomResult.NotFound;
        }
        Forget(room);
        var told = _frames.Encode(MessageTypes.RoomDeleted, new RoomRefData(id), WireJson.Default.RoomRefData).ToFrame();
        foreach (var member in members)
        {
            member.Memberships.Forget(room);
            Left(room, member);
            // The asker gets an answer of its own, with its request's id.
            if (!ReferenceEquals(member, by))
            {
                member.Send(told);
            }
        }
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

    private void Left(Room room, GoHubConnection connection)
    {
        _metrics.RoomLeft();
        MemberLeft?.Invoke(room, connection);
        _events.Publish((room, connection), static (s, at) => new RoomLeftEvent(at, s.room.Id, s.connection.ConnectionId, s.connection.UserId));
    }

    private void Dissolve(Room room)
    {
        if (room.TryDissolve())
        {
            Forget(room);
            _events.Publish(room, static (r, at) => new RoomDeletedEvent(at, r.Id, null));
        }
    }

    private void Forget(Room room)
    {
        if (_rooms.TryRemove(new(room.Id, room)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
