using GoHub.Connections;

namespace GoHub;

/// <summary>Some connections that stand for one receiver: <see cref="UserTarget"/> or <see cref="ConnectionTarget"/>.</summary>
/// <remarks>Threads: immutable, any.</remarks>
public abstract class GoHubClientTarget
{
    private protected GoHubClientTarget(GoHubNode node) => Node = node;

    private protected GoHubNode Node { get; }

    /// <summary>Sends an envelope with <paramref name="data"/> as JSON.</summary>
    /// <exception cref="NotSupportedException">Nothing tells how to write <typeparamref name="T"/>: add a source-generated context to <see cref="GoHubOptions.Json"/>.</exception>
    public ValueTask<SendResult> SendAsync<T>(string type, T data, CancellationToken cancellationToken = default) =>
        SendAsync(Node.Encode(type, data), cancellationToken);

    /// <summary>Sends an envelope whose data is JSON already.</summary>
    public ValueTask<SendResult> SendJsonAsync(string type, ReadOnlyMemory<byte> json, CancellationToken cancellationToken = default) =>
        SendAsync(Node.Encode(type, json), cancellationToken);

    /// <summary>Sends UTF-8 text as it is, without an envelope.</summary>
    public ValueTask<SendResult> SendRawAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default) =>
        SendAsync(OutboundFrame.Of(FrameOpcode.Text, text.Span), cancellationToken);

    /// <summary>Sends a binary message.</summary>
    public ValueTask<SendResult> SendBinaryAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        SendAsync(OutboundFrame.Of(FrameOpcode.Binary, bytes.Span), cancellationToken);

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

    private ValueTask<SendResult> SendAsync(OutboundFrame frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Node.Deliver(Connections(), frame));
    }
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
