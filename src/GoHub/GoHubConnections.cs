using System.Runtime.CompilerServices;
using GoHub.Connections;

namespace GoHub;

/// <summary>The connections.</summary>
/// <remarks>Threads: any.</remarks>
public sealed class GoHubConnections
{
    private readonly ConnectionRegistry _connections;

    internal GoHubConnections(ConnectionRegistry connections) => _connections = connections;

    /// <summary>How many there are.</summary>
    public ValueTask<int> CountAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_connections.Count);
    }

    /// <summary>A connection, or null.</summary>
    public ValueTask<ConnectionInfo?> GetAsync(string connectionId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionId);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_connections.Find(connectionId) is { } connection ? Info(connection) : null);
    }

    /// <summary>All connections; those that come or go meanwhile may be missing or present.</summary>
    public async IAsyncEnumerable<ConnectionInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var connection in _connections.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Info(connection);
        }
    }

    private static ConnectionInfo Info(GoHubConnection connection) =>
        new(connection.ConnectionId, connection.UserId, connection.ConnectedAt, connection.Rooms, connection.Permissions);
}

/// <summary>A connection at one moment.</summary>
public sealed record ConnectionInfo(
    string ConnectionId, string? UserId, DateTimeOffset ConnectedAt, IReadOnlyList<string> Rooms, IReadOnlyCollection<string> Permissions);

/// <summary>What this node knows by itself, at once and for free.</summary>
/// <remarks>Threads: any.</remarks>
public sealed class GoHubLocal
{
    private readonly GoHubNode _node;

    internal GoHubLocal(GoHubNode node) => _node = node;

    /// <summary>Connections of this node. O(1).</summary>
    public int ConnectionCount => _node.Registry.Count;

    /// <summary>Rooms of this node. O(1).</summary>
    public int RoomCount => _node.RoomRegistry.Count;

    /// <summary>A connection of this node, or null. O(1).</summary>
    public GoHubConnection? FindConnection(string connectionId) => _node.Registry.Find(connectionId);
}
