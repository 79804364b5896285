namespace GoHub.Rooms;

/// <summary>The rooms one connection is in.</summary>
/// <remarks>
/// Owner: the connection; a room's own list is the truth for delivery, this one for the way out. Threads: any.
/// Both lists change as one step, under this lock and inside it the room's, so that no race of joins, leaves and the end of the
/// connection leaves a ghost in either. The lock is on the object itself, which nobody else can get hold of: each connection has one, and a
/// <see cref="Lock"/> would be as large again.
/// </remarks>
internal sealed class Memberships(GoHubConnection connection)
{
    // A Room, as most connections are in one; or a List<Room>, which is short: none is in more than RoomsPerConnection.
    private object? _rooms;
    private bool _closed;

    /// <param name="room">Where to.</param>
    /// <param name="limit">Most rooms at once; 0: no limit.</param>
    public RoomResult Join(Room room, int limit)
    {
        lock (this)
        {
            if (_closed)
            {
                return RoomResult.ConnectionNotFound;
            }
            if (limit > 0 && Count >= limit && !Rooms.Contains(room))
            {
                return RoomResult.LimitReached;
            }
            var result = room.Add(connection);
            if (result == RoomResult.Ok)
            {
                Add(room);
            }
            return result;
        }
    }

    /// <returns>Whether it was in the room.</returns>
    public bool Leave(Room room)
    {
        lock (this)
        {
            Remove(room);
            return room.Remove(connection);
        }
    }

    /// <summary>The room is gone and has forgotten its members already.</summary>
    public void Forget(Room room)
    {
        lock (this)
        {
            Remove(room);
        }
    }

    /// <summary>Leaves every room, for good: none can be joined any more.</summary>
    /// <returns>Those it was in.</returns>
    public Room[] Close()
    {
        lock (this)
        {
            _closed = true;
            Room[] left = [.. Rooms.Where(r => r.Remove(connection))];
            _rooms = null;
            return left;
        }
    }

    public string[] RoomIds()
    {
        lock (this)
        {
            return [.. Rooms.Select(r => r.Id)];
        }
    }

    private int Count => _rooms switch { null => 0, Room => 1, var several => ((List<Room>)several).Count };

    private IEnumerable<Room> Rooms => _rooms switch { null => [], Room only => [only], var several => (List<Room>)several };

    private void Add(Room room)
    {
        switch (_rooms)
        {
            case null:
                _rooms = room;
                break;
            case Room only:
                _rooms = new List<Room> { only, room };
                break;
            case List<Room> several:
                several.Add(room);
                break;
        }
    }

    private void Remove(Room room)
    {
        if (_rooms is List<Room> several)
        {
            several.Remove(room);
        }
        else if (ReferenceEquals(_rooms, room))
        {
            _rooms = null;
        }
    }
}
