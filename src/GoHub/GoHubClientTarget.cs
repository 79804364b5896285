using GoHub.Cluster;
using GoHub.Connections;
using GoHub.Security;

namespace GoHub;

/// <summary>Some connections that stand for one receiver: <see cref="UserTarget"/> or <see cref="ConnectionTarget"/>.</summary>
/// <remarks>Threads: immutable, any. Where the connections are does not matter.</remarks>
public abstract class GoHubClientTarget : GoHubTarget<SendResult>
{
    private protected GoHubClientTarget(GoHubNode node)
        : base(node)
    {
    }

    /// <summary>Closes the connections after what was sent before.</summary>
    /// <returns>How many were closed. A node that is cut off (see <see cref="ClusterCount.Missing"/>) closes its own when it is back, if that is within 10 minutes.</returns>
    public ValueTask<ClusterCount> DisconnectAsync(GoHubCloseCode code = GoHubCloseCode.Normal, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        cancellationToken.ThrowIfCancellationRequested();
        return Node.Cluster.Clients.DisconnectAsync(Meant(new NodeCommand(NodeOperation.Disconnect) { Code = (int)code, Reason = reason }), cancellationToken);
    }

    private protected abstract NodeCommand Meant(NodeCommand command);
}

/// <summary>All connections of one user.</summary>
public sealed class UserTarget : GoHubClientTarget
{
    private static readonly TimeSpan DefaultKeep = TimeSpan.FromDays(7);

    private readonly string _id;

    internal UserTarget(GoHubNode node, string id)
        : base(node) => _id = id;

    /// <summary>Makes every token void that was issued to the user until now, on every node, and closes the connections that came by them with 4401.</summary>
    /// <param name="reason">For the close frames.</param>
    /// <param name="keep">How long to remember it: at least as long as your tokens last. Default 7 days. The nodes remember it among themselves, as long as one of them runs.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>How many connections were closed. A node that is cut off does it when it is back.</returns>
    public ValueTask<ClusterCount> RevokeTokensAsync(string reason = "token revoked", TimeSpan? keep = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(keep ?? DefaultKeep, TimeSpan.Zero, nameof(keep));
        cancellationToken.ThrowIfCancellationRequested();
        var now = Node.Time.GetUtcNow();
        var entry = new RevocationEntry(Revocations.OfUser(_id), now.ToUnixTimeSeconds(), (now + (keep ?? DefaultKeep)).ToUnixTimeSeconds(), reason);
        return Node.Cluster.Clients.RevokeAsync(entry, cancellationToken);
    }

    private protected override NodeCommand Meant(NodeCommand command) => command with { User = _id };

    private protected override ValueTask<SendResult> DeliverAsync(OutboundFrame frame, CancellationToken cancellationToken) =>
        Node.Cluster.Clients.SendToUserAsync(_id, frame, cancellationToken);
}

/// <summary>One connection.</summary>
public sealed class ConnectionTarget : GoHubClientTarget
{
    private readonly string _id;

    internal ConnectionTarget(GoHubNode node, string id)
        : base(node) => _id = id;

    private protected override NodeCommand Meant(NodeCommand command) => command with { Connection = _id };

    private protected override ValueTask<SendResult> DeliverAsync(OutboundFrame frame, CancellationToken cancellationToken) =>
        Node.Cluster.Clients.SendToConnectionAsync(_id, frame, cancellationToken);
}
