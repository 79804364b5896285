namespace GoHub.Rooms;

/// <summary>The rooms one connection is in.</summary>
/// <remarks>
/// Owner: the connection; a room's own list is the truth for delivery, this one for the way out. Threads: any.
/// After <see cref="CloseAndTake"/> no room can be added, so that a join racing a disconnect leaves no ghost.
/// </remarks>
internal sealed class Memberships(GoHubConnection connection)
{
    private readonly Lock _gate = new();
    private HashSet<Room>? _rooms;
    private bool _closed;

    public GoHubConnection Connection { get; } = connection;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _rooms?.Count ?? 0;
            }
        }
    }

    /// <returns>False if the connection has ended or is in <paramref name="limit"/> rooms (0: no limit).</returns>
    public bool TryAdd(Room room, int limit, out bool closed)
    {
        lock (_gate)
        {
            closed = _closed;
            if (_closed || (limit > 0 && _rooms?.Count >= limit))
            {
                return false;
            }
            (_rooms ??= []).Add(room);
            return true;
        }
    }

    public void Remove(Room room)
    {
        lock (_gate)
        {
            _rooms?.Remove(room);
        }
    }

    public Room[] CloseAndTake()
    {
        lock (_gate)
        {
            _closed = true;
            Room[] rooms = _rooms is null ? [] : [.. _rooms];
            _rooms = null;
            return rooms;
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
