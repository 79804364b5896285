using System.Collections.Concurrent;
using GoHub.Connections.Loops;
using GoHub.Diagnostics;

namespace GoHub.Connections;

/// <summary>The connections of this node, by id and by user.</summary>
/// <remarks>Owner of both indexes, by user in <see cref="UserIndex"/>. Threads: any. Opening and closing a connection cost the same however many there are.</remarks>
internal sealed class ConnectionRegistry(Lanes lanes)
{
    private readonly ConcurrentDictionary<string, GoHubConnection> _byId = new(StringComparer.Ordinal);
    private readonly UserIndex _users = new();
    private int _count;
    private int _withoutLoop;

    public int Count => Volatile.Read(ref _count);

    /// <summary>All connections; those that come or go meanwhile may be missing or present.</summary>
    public IEnumerable<GoHubConnection> All
    {
        get
        {
            foreach (var pair in _byId)
            {
                yield return pair.Value;
            }
        }
    }

    public void Add(GoHubConnection connection)
    {
        if (!_byId.TryAdd(connection.ConnectionId, connection))
        {
            throw new InvalidOperationException("Two connections drew the same 128 random bits.");
        }
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _withoutLoop, connection.Channel.Lane is null ? 1 : 0);
        _users.Add(connection);
    }

    public void Remove(GoHubConnection connection)
    {
        if (_byId.TryRemove(new(connection.ConnectionId, connection)))
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Add(ref _withoutLoop, connection.Channel.Lane is null ? -1 : 0);
        }
        _users.Remove(connection);
    }

    /// <summary>Lists a connection under the user it has just signed in as.</summary>
    public void AddUser(GoHubConnection connection) => _users.Add(connection);

    public GoHubConnection? Find(string connectionId) => _byId.GetValueOrDefault(connectionId);

    /// <summary>The connections of a user, empty for none.</summary>
    public GoHubConnection[] OfUser(string userId) => _users.Of(userId);

    /// <summary>Hands one encoded frame to every connection but <paramref name="except"/>; waits for none.</summary>
    /// <returns>How many it was handed to.</returns>
    public int Broadcast(OutboundFrame frame, GoHubConnection? except)
    {
        foreach (var lane in lanes.All)
        {
            lane.Everybody.Deliver(frame, except?.Channel as LoopChannel);
        }
        var taken = Math.Max(0, Count - Volatile.Read(ref _withoutLoop) - (except?.Channel.Lane is null ? 0 : 1));
        if (Volatile.Read(ref _withoutLoop) == 0)
        {
            return taken;
        }
        foreach (var pair in _byId)
        {
            if (pair.Value.Channel.Lane is null && !ReferenceEquals(pair.Value, except) && pair.Value.Enqueue(frame) == EnqueueResult.Accepted)
            {
                taken++;
            }
        }
        return taken;
    }

    /// <summary>Hands a frame to every connection of one receiver.</summary>
    public static SendResult Deliver(GoHubConnection[] receivers, OutboundFrame frame, GoHubMetrics metrics)
    {
        var taken = 0;
        var dropped = false;
        foreach (var receiver in receivers)
        {
            switch (receiver.Enqueue(frame))
            {
                case EnqueueResult.Accepted:
                    taken++;
                    break;
                case EnqueueResult.Dropped:
                    dropped = true;
                    break;
            }
        }
        metrics.MessagesSent(taken);
        return taken > 0 ? SendResult.Delivered : dropped ? SendResult.Dropped : SendResult.Offline;
    }
}
