using GoHub.Connections;

namespace GoHub;

/// <summary>Somebody to send to: <see cref="AllTarget"/>, <see cref="RoomTarget"/>, <see cref="UserTarget"/> or <see cref="ConnectionTarget"/>.</summary>
/// <typeparam name="TResult">What a send tells: <see cref="PublishResult"/> for many, <see cref="SendResult"/> for one receiver.</typeparam>
/// <remarks>
/// Threads: immutable, any. A message is encoded once, however many receive it. Sending never waits for a client: one that is behind
/// is handled as <see cref="GoHubSendQueueOptions.WhenFull"/> says.
/// </remarks>
public abstract class GoHubTarget<TResult>
{
    private protected GoHubTarget(GoHubNode node) => Node = node;

    private protected GoHubNode Node { get; }

    /// <summary>Sends an envelope with <paramref name="data"/> as JSON.</summary>
    /// <exception cref="NotSupportedException">Nothing tells how to write <typeparamref name="T"/>: add a source-generated context to <see cref="GoHubOptions.Json"/>.</exception>
    public ValueTask<TResult> SendAsync<T>(string type, T data, CancellationToken cancellationToken = default) =>
        SendAsync(Node.Encode(type, data).ToFrame(), cancellationToken);

    /// <summary>Sends an envelope whose data is JSON already.</summary>
    public ValueTask<TResult> SendJsonAsync(string type, ReadOnlyMemory<byte> json, CancellationToken cancellationToken = default) =>
        SendAsync(Node.Encode(type, json).ToFrame(), cancellationToken);

    /// <summary>Sends UTF-8 text as it is, without an envelope.</summary>
    public ValueTask<TResult> SendRawAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default) =>
        SendAsync(OutboundFrame.Of(FrameOpcode.Text, text.Span), cancellationToken);

    /// <summary>Sends a binary message.</summary>
    public ValueTask<TResult> SendBinaryAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        SendAsync(OutboundFrame.Of(FrameOpcode.Binary, bytes.Span), cancellationToken);

    private protected abstract ValueTask<TResult> DeliverAsync(OutboundFrame frame, CancellationToken cancellationToken);

    private ValueTask<TResult> SendAsync(OutboundFrame frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return DeliverAsync(frame, cancellationToken);
    }
}
