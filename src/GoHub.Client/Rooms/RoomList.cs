using GoHub.Client.Diagnostics;
using GoHub.Client.Messages;
using Microsoft.Extensions.Logging;

namespace GoHub.Client.Rooms;

/// <summary>The rooms of a client, and where each is between the first join and the end.</summary>
/// <remarks>
/// Owner: <see cref="ClientCore"/>. Threads: any. A room's phase changes where its answer is read from the socket, not where somebody waits for it, so that the next connection knows which rooms to join.
/// </remarks>
internal sealed class RoomList(Inbox inbox, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, GoHubClientRoom> _rooms = new(StringComparer.Ordinal);

    /// <summary>Makes the object for an id.</summary>
    public required Func<string, GoHubClientRoom> Create { get; init; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _rooms.Count;
            }
        }
    }

    public GoHubClientRoom? Find(string? id)
    {
        lock (_gate)
        {
            return id is null ? null : _rooms.GetValueOrDefault(id);
        }
    }

    /// <summary>Those that the next connection has to join.</summary>
    public GoHubClientRoom[] AllJoined()
    {
        lock (_gate)
        {
            return [.. _rooms.Values.Where(static r => r.Phase == RoomPhase.Joined)];
        }
    }

    /// <summary>The room there is, or a new one that is to be joined. Either way <see cref="StopWaiting"/> has to follow.</summary>
    public GoHubClientRoom Enter(string id, out bool isNew)
    {
        lock (_gate)
        {
            isNew = !_rooms.TryGetValue(id, out var room) || room.Phase == RoomPhase.Leaving;
            if (isNew)
            {
                // One that is being left is another: the server handles the leave before this join.
                room = _rooms[id] = Create(id);
                room.Streams.KeepForFirst();
            }
            room!.Waiters++;
            return room;
        }
    }

    /// <summary>If nobody waits for the join any more, the room is wanted no more.</summary>
    public void StopWaiting(GoHubClientRoom room)
    {
        lock (_gate)
        {
            if (--room.Waiters == 0 && room.Phase == RoomPhase.Joining)
            {
                room.Phase = RoomPhase.Gone;
                Forget(room);
            }
        }
    }

    /// <summary>Ends the first join.</summary>
    /// <returns>True if this client is in a room that nobody wants any more.</returns>
    public bool EndJoining(GoHubClientRoom room, bool isIn)
    {
        lock (_gate)
        {
            if (room.Phase == RoomPhase.Joining)
            {
                room.Phase = isIn ? RoomPhase.Joined : RoomPhase.Gone;
            }
            if (!isIn)
            {
                Forget(room);
            }
            // Unless somebody has asked for it again: then that join finds this client in.
            return isIn && room.Phase == RoomPhase.Gone && !_rooms.ContainsKey(room.Id);
        }
    }

    /// <returns>True if the server has to be told; if there is nothing to tell, the room is gone when this returns.</returns>
    public bool TryBeginLeave(GoHubClientRoom room, bool isConnected)
    {
        lock (_gate)
        {
            if (room.Phase == RoomPhase.Joined && isConnected)
            {
                room.Phase = RoomPhase.Leaving;
                return true;
            }
            if (room.Phase == RoomPhase.Leaving)
            {
                return false;
            }
        }
        // Without a connection the server has it out already; one that is being joined is left when its answer comes.
        TryRemove(room);
        return false;
    }

    /// <summary>The server did not let this client leave.</summary>
    public void StayIn(GoHubClientRoom room)
    {
        lock (_gate)
        {
            if (room.Phase == RoomPhase.Leaving && _rooms.GetValueOrDefault(room.Id) == room)
            {
                room.Phase = RoomPhase.Joined;
            }
        }
    }

    /// <returns>False if it was gone already.</returns>
    public bool TryRemove(GoHubClientRoom room)
    {
        lock (_gate)
        {
            if (room.Phase == RoomPhase.Gone)
            {
                return false;
            }
            room.Phase = RoomPhase.Gone;
            Forget(room);
        }
        room.Streams.End();
        return true;
    }

    public void Lose(GoHubClientRoom room, GoHubClientRoomLost lost)
    {
        if (TryRemove(room))
        {
            ClientLog.RoomLost(logger, ClientLog.Safe(room.Id), lost.Cause, ClientLog.Safe(lost.Reason ?? lost.Error?.Message));
            inbox.Post(() => EventCalls.RaiseAsync(() => room.LostHandlers, handler => handler(lost), logger, nameof(GoHubClientRoom.Lost)));
        }
    }

    /// <summary>Takes out all that are in, for the end of the client; those that are being joined or left end by their request.</summary>
    public List<GoHubClientRoom> TakeAll()
    {
        lock (_gate)
        {
            List<GoHubClientRoom> taken = [.. _rooms.Values.Where(static r => r.Phase == RoomPhase.Joined)];
            taken.ForEach(r => _rooms.Remove(r.Id));
            return taken;
        }
    }

    private void Forget(GoHubClientRoom room)
    {
        if (_rooms.GetValueOrDefault(room.Id) == room)
        {
            _rooms.Remove(room.Id);
        }
    }
}
