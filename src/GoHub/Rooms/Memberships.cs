namespace GoHub.Rooms;

/// <summary>The rooms one connection is in.</summary>
/// <remarks>
/// Owner: the connection; a room's own list is the truth for delivery, this one for the way out. Threads: any.
/// Both lists change as one step, under this lock and inside it the room's, so that no race of joins, leaves and the end of the
/// connection leaves a ghost in either.
/// </remarks>
internal sealed class Memberships(GoHubConnection connection)
{
    private readonly Lock _gate = new();
    // A list: most connections are in one or two rooms, and none in more than RoomsPerConnection.
    private List<Room>? _rooms;
    private bool _closed;

    /// <param name="room">Where to.</param>
    /// <param name="limit">Most rooms at once; 0: no limit.</param>
    public RoomResult Join(Room room, int limit)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return RoomResult.ConnectionNotFound;
            }
            if (_rooms?.Contains(room) != true && limit > 0 && _rooms?.Count >= limit)
            {
                return RoomResult.LimitReached;
            }
            var result = room.Add(connection);
            if (result == RoomResult.Ok)
            {
                (_rooms ??= []).Add(room);
            }
            return result;
        }
    }

    /// <returns>Whether it was in the room.</returns>
    public bool Leave(Room room)
    {
        lock (_gate)
        {
            _rooms?.Remove(room);
            return room.Remove(connection);
        }
    }

    /// <summary>The room is gone and has forgotten its members already.</summary>
    public void Forget(Room room)
    {
        lock (_gate)
        {
            _rooms?.Remove(room);
        }
    }

    /// <summary>Leaves every room, for good: none can be joined any more.</summary>
    /// <returns>Those it was in.</returns>
    public Room[] Close()
    {
        lock (_gate)
        {
            _closed = true;
            Room[] left = _rooms is null ? [] : [.. _rooms.Where(r => r.Remove(connection))];
            _rooms = null;
            return left;
        }
    }

    public string[] RoomIds()
    {
        lock (_gate)
        {
            return _rooms is null ? [] : [.. _rooms.Select(r => r.Id)];
        }
    }
}
