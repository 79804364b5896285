using GoHub.Bus;
using GoHub.Connections;
using GoHub.Rooms;
using GoHub.Security;

namespace GoHub.Cluster;

/// <summary>What a node does for the others, and with what they share: the half of the cluster that knows rooms and connections.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class ClusterWork(
    RoomRegistry rooms, ConnectionRegistry connections, Revocations revocations, ClusterRooms clusterRooms, SeatedRooms seated,
    RoomPublisher? publisher, Inbound? inbound, RoomSeats? seats)
{
    /// <summary>Rough size of one part of a long answer. Unit: characters, of which each may become six bytes of JSON.</summary>
    private const int PartSize = 100_000;

    public int RoomCount => rooms.Count;

    public (ulong Stream, ulong Sequence) Broadcasts => publisher is null ? default : (publisher.All.Stream, publisher.All.Sequence);

    public bool HasRoom(string id) => rooms.Find(id) is not null;

    public void Deliver(in BusFrame frame) => inbound!.Take(in frame);

    public void Reached(ulong node, ulong stream, ulong sequence) => inbound!.Reached(node, stream, sequence);

    public void BusUp(bool again)
    {
        if (again)
        {
            inbound!.TellOutage();
            seats?.Reassert();
        }
        SeatAll();
    }

    /// <summary>Seats the members that came while there was no store of seats. Ends by itself, and has no faults but those that are said elsewhere.</summary>
    public void SeatAll() => _ = seated.SeatAllAsync();

    public void TellLoss() => inbound!.TellOutage();

    public void TellDeaf(string room) => inbound!.TellGap(room, null);

    public void Echoed(ReadOnlySpan<byte> room) => inbound!.Echoed(room);

    public void Changed(ReplicaEntry entry)
    {
        switch (entry)
        {
            case RoomEntry { Deleted: false } room:
                rooms.Adopt(room.Id, room.Name, room.MaxClients);
                break;
            case RoomEntry room:
                clusterRooms.RemoveHere(room.Id);
                break;
            case RevocationEntry revocation:
                revocations.Add(revocation.Subject, revocation.IssuedUntil, revocation.Until);
                CloseRevoked(revocation.Subject, revocation.Reason);
                break;
        }
    }

    public async ValueTask<IReadOnlyList<NodeReply>> PerformAsync(NodeCommand command)
    {
        switch (command.Operation)
        {
            case NodeOperation.DeleteRoom when command.Room is { } room:
                return [new NodeReply { Room = clusterRooms.RemoveHere(room) }];
            case NodeOperation.Count:
                return [new NodeReply { Count = connections.Count }];
            case NodeOperation.ListRooms:
                return Parts(clusterRooms.Here(), static r => r.RoomId.Length + r.Name.Length, static part => new NodeReply { Rooms = part });
            case NodeOperation.FindRoom when command.Room is { } room:
                return [new NodeReply { Rooms = rooms.Find(room) is { } found ? [ClusterRooms.Info(found)] : null }];
            case NodeOperation.Members when command.Room is { } room:
                return Parts(clusterRooms.MembersHere(room) ?? [], static m => 32 + (m.UserId?.Length ?? 0), part => new NodeReply { Members = part, Room = rooms.Find(room) is null ? RoomResult.NotFound : RoomResult.Ok });
            case NodeOperation.ListConnections:
                return Parts(ConnectionsHere(), static c => 100 + c.Rooms.Sum(r => r.Length + 3) + c.Permissions.Sum(p => p.Length + 3), static part => new NodeReply { Connections = part });
            case NodeOperation.FindConnection when command.Connection is { } id:
                return [new NodeReply { Connections = connections.Find(id) is { } one ? [Info(one)] : null }];
            case NodeOperation.Join when command is { Room: { } room, Connection: { } id }:
                return [new NodeReply { Room = connections.Find(id) is { } joining ? await clusterRooms.JoinAsync(room, joining).ConfigureAwait(false) : RoomResult.ConnectionNotFound }];
            case NodeOperation.Leave when command is { Room: { } room, Connection: { } id }:
                return [new NodeReply { Room = connections.Find(id) is { } leaving ? clusterRooms.Leave(room, leaving) : RoomResult.ConnectionNotFound }];
            case NodeOperation.Kick when command is { Room: { } room, Connection: { } id }:
                return [new NodeReply { Room = connections.Find(id) is { } kicked ? clusterRooms.Kick(room, kicked, command.Reason ?? "") : RoomResult.ConnectionNotFound }];
            case NodeOperation.Disconnect:
                return [new NodeReply { Count = Disconnect(command) }];
            default:
                return [NodeReply.Unknown];
        }
    }

    /// <summary>Closes what a command names, as far as it is here.</summary>
    /// <returns>How many.</returns>
    public int Disconnect(NodeCommand command)
    {
        var reason = command.Reason ?? "";
        if (command.Entries is { } entries)
        {
            return entries.OfType<RevocationEntry>().Sum(e => CloseRevoked(e.Subject, e.Reason));
        }
        GoHubConnection[] meant = command.User is { } user ? connections.OfUser(user)
            : command.Connection is { } id && connections.Find(id) is { } one ? [one] : [];
        var closed = 0;
        foreach (var connection in meant)
        {
            if (connection.Age.TotalMilliseconds >= command.MinAge && connection.Close((GoHubCloseCode)command.Code, reason))
            {
                closed++;
            }
        }
        return closed;
    }

    public IEnumerable<ConnectionInfo> ConnectionsHere() => connections.All.Select(Info);

    public static ConnectionInfo Info(GoHubConnection connection) =>
        new(connection.ConnectionId, connection.UserId, connection.ConnectedAt, connection.Rooms, connection.Permissions);

    private int CloseRevoked(string subject, string reason)
    {
        var candidates = Revocations.UserOf(subject) is { } user ? connections.OfUser(user) : connections.All;
        var closed = 0;
        foreach (var connection in candidates)
        {
            if (revocations.Covers(connection.Identity))
            {
                // Counted whoever began it: the entry itself may have closed it a moment ago.
                connection.Close(GoHubCloseCode.Unauthorized, reason);
                closed++;
            }
        }
        return closed;
    }

    private static List<NodeReply> Parts<T>(IEnumerable<T> items, Func<T, int> size, Func<T[], NodeReply> reply)
    {
        List<NodeReply> parts = [];
        List<T> part = [];
        var total = 0;
        foreach (var item in items)
        {
            part.Add(item);
            total += size(item);
            if (total >= PartSize)
            {
                parts.Add(reply([.. part]) with { More = true });
                (part, total) = ([], 0);
            }
        }
        parts.Add(reply([.. part]));
        return parts;
    }
}
