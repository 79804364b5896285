using GoHub.Cluster;

namespace GoHub;

/// <summary>The nodes of the cluster, as this one sees them.</summary>
/// <remarks>Threads: any. Asks nobody: what it says is at most a heartbeat (2 s) old. A node on its own is a cluster of one.</remarks>
public sealed class GoHubNodes
{
    private readonly ClusterNode _cluster;

    internal GoHubNodes(ClusterNode cluster) => _cluster = cluster;

    /// <summary>This node.</summary>
    public NodeInfo Self => _cluster.SelfInfo;

    /// <summary>How many there are, this one included.</summary>
    public int Count => 1 + _cluster.PeerCount;

    /// <summary>Whether the bus to the others carries messages; true for a node without one.</summary>
    public bool IsConnected => !_cluster.IsJoined || _cluster.IsUp;

    /// <summary>How often the bus has been lost since the start. Who looks now and then, and finds the number changed, has missed something however short the outage was.</summary>
    public long Outages => _cluster.Outages;

    /// <summary>All nodes, this one first.</summary>
    public IReadOnlyList<NodeInfo> List() => [Self, .. _cluster.Peers()];
}
