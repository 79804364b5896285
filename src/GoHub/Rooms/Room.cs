using GoHub.Connections;
using GoHub.Connections.Loops;

namespace GoHub.Rooms;

/// <summary>One room: who is in it, and how a message reaches them.</summary>
/// <remarks>
/// Owner of its members. Threads: any. Changes take the lock for a few lines; a broadcast reads an audience that is never changed,
/// made anew at the first broadcast after a change, so that a storm of joins costs nothing until somebody speaks.
/// </remarks>
internal sealed class Room(string id, string name, int maxClients, bool automatic)
{
    private readonly Lock _gate = new();
    private readonly HashSet<GoHubConnection> _members = [];
    private volatile Audience? _audience = Audience.Empty;
    private Departures _departures = new(); // Of the audiences since the last one: messages to any of them may still be on their way to loops.
    private bool _deleted;
    private bool _automatic = automatic;

    public string Id { get; } = id;

    public string Name { get; private set; } = name;

    /// <summary>0: no limit.</summary>
    public int MaxClients { get; private set; } = maxClients;

    /// <summary>Whether it came to be by a join, and goes with its last member here.</summary>
    public bool IsAutomatic => _automatic;

    /// <summary>Tells that nothing may be delivered here for now, since other nodes may have been given the members' seats; null for rooms that this cannot happen to.</summary>
    public Func<bool>? IsSuspended { get; set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _members.Count;
            }
        }
    }

    public GoHubConnection[] Members => CurrentAudience.All;

    private Audience CurrentAudience => _audience ?? MakeAudience();

    /// <summary><see cref="RoomResult.NotFound"/> if the room was deleted meanwhile.</summary>
    public RoomResult Add(GoHubConnection connection)
    {
        lock (_gate)
        {
            if (_deleted)
            {
                return RoomResult.NotFound;
            }
            if (_members.Contains(connection))
            {
                return RoomResult.AlreadyInRoom;
            }
            if (MaxClients > 0 && _members.Count >= MaxClients)
            {
                return RoomResult.Full;
            }
            _members.Add(connection);
            _audience = null;
            return RoomResult.Ok;
        }
    }

    /// <param name="connection">This very connection, not another of the same user.</param>
    public bool Remove(GoHubConnection connection)
    {
        lock (_gate)
        {
            var removed = _members.Remove(connection);
            if (removed)
            {
                SomebodyLeft();
                _audience = null;
            }
            return removed;
        }
    }

    /// <summary>Ends a room that came to be by itself and is empty: nobody can join it any more.</summary>
    /// <returns>Whether it has just ended.</returns>
    public bool TryDissolve()
    {
        lock (_gate)
        {
            if (!_automatic || _deleted || _members.Count > 0)
            {
                return false;
            }
            return _deleted = true;
        }
    }

    public bool Contains(GoHubConnection connection)
    {
        lock (_gate)
        {
            return _members.Contains(connection);
        }
    }

    /// <summary>Takes over what another node says of this room; from now on it stays until it is deleted.</summary>
    public void Adopt(string name, int maxClients)
    {
        lock (_gate)
        {
            (Name, MaxClients, _automatic) = (name, maxClients, false);
        }
    }

    /// <summary>Nobody can join any more.</summary>
    /// <returns>The members it had, or null if it was deleted before.</returns>
    public GoHubConnection[]? Delete()
    {
        lock (_gate)
        {
            if (_deleted)
            {
                return null;
            }
            _deleted = true;
            GoHubConnection[] members = [.. _members];
            _members.Clear();
            SomebodyLeft();
            _audience = Audience.Empty;
            return members;
        }
    }

    /// <summary>Hands one encoded frame to every member but <paramref name="except"/>; waits for none.</summary>
    /// <returns>How many took it.</returns>
    public int Broadcast(OutboundFrame frame, GoHubConnection? except)
    {
        if (IsSuspended?.Invoke() == true)
        {
            return 0;
        }
        var taken = CurrentAudience.Deliver(frame, except);
        return except?.Channel.Lane is not null && Contains(except) ? taken - 1 : taken;
    }

    private void SomebodyLeft()
    {
        _departures.Happened();
        _departures = new Departures();
    }

    private Audience MakeAudience()
    {
        lock (_gate)
        {
            return _audience ??= new Audience([.. _members], _departures, Contains);
        }
    }
}
