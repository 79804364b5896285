using GoHub.Connections;

namespace GoHub;

/// <summary>Some connections that stand for one receiver: <see cref="UserTarget"/> or <see cref="ConnectionTarget"/>.</summary>
/// <remarks>Threads: immutable, any.</remarks>
public abstract class GoHubClientTarget : GoHubTarget<SendResult>
{
    private protected GoHubClientTarget(GoHubNode node)
        : base(node)
    {
    }

    /// <summary>Closes the connections after what was sent before.</summary>
    /// <returns>How many were closed.</returns>
    public ValueTask<int> DisconnectAsync(GoHubCloseCode code = GoHubCloseCode.Normal, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        cancellationToken.ThrowIfCancellationRequested();
        var connections = Connections();
        foreach (var connection in connections)
        {
            connection.Close(code, reason);
        }
        return ValueTask.FromResult(connections.Length);
    }

    private protected abstract GoHubConnection[] Connections();

    private protected sealed override SendResult Deliver(OutboundFrame frame) => Node.Deliver(Connections(), frame);
}

/// <summary>All connections of one user.</summary>
public sealed class UserTarget : GoHubClientTarget
{
    private readonly string _id;

    internal UserTarget(GoHubNode node, string id)
        : base(node) => _id = id;

    private protected override GoHubConnection[] Connections() => Node.Registry.OfUser(_id);
}

/// <summary>One connection.</summary>
public sealed class ConnectionTarget : GoHubClientTarget
{
    private readonly string _id;

    internal ConnectionTarget(GoHubNode node, string id)
        : base(node) => _id = id;

    private protected override GoHubConnection[] Connections() => Node.Registry.Find(_id) is { } one ? [one] : [];
}
