using GoHub.Cluster;

namespace GoHub;

/// <summary>The connections.</summary>
/// <remarks>Threads: any.</remarks>
public sealed class GoHubConnections
{
    private readonly ClusterClients _connections;

    internal GoHubConnections(ClusterClients connections) => _connections = connections;

    /// <summary>How many there are on all nodes.</summary>
    public ValueTask<ClusterCount> CountAsync(CancellationToken cancellationToken = default) => _connections.CountAsync(cancellationToken);

    /// <summary>A connection of any node, or null.</summary>
    public ValueTask<ConnectionInfo?> GetAsync(string connectionId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionId);
        cancellationToken.ThrowIfCancellationRequested();
        return _connections.FindAsync(connectionId, cancellationToken);
    }

    /// <summary>All connections of all nodes; those that come or go meanwhile may be missing or present.</summary>
    public Survey<ConnectionInfo> ListAsync(CancellationToken cancellationToken = default) => new(async ct =>
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ct);
        return await _connections.ListAsync(both.Token).ConfigureAwait(false);
    });
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
