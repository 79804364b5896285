namespace GoHub.Connections;

/// <summary>What became of a frame handed to a connection.</summary>
internal enum EnqueueResult
{
    /// <summary>Written, or waiting in the connection's queue.</summary>
    Accepted,

    /// <summary>The queue was full and this frame, or older ones in its place, went away.</summary>
    Dropped,

    /// <summary>The connection is closing or gone.</summary>
    Closed,
}

/// <summary>Takes what a channel has read.</summary>
internal interface IChannelReceiver
{
    /// <summary>Bytes have arrived; the messages in them follow.</summary>
    void OnRead();

    /// <summary>One whole data message. The next is not read before the task is done.</summary>
    /// <param name="binary">Whether it came in binary frames.</param>
    /// <param name="payload">Valid until the task is done.</param>
    ValueTask OnMessageAsync(bool binary, ReadOnlyMemory<byte> payload);
}

/// <summary>
/// The seam between the transport and everything above it: inbound messages in order, encoded frames out, close with a code.
/// </summary>
/// <remarks>
/// A channel answers pings, holds the close handshake and keeps its queue within bounds by itself; it knows no JSON, room or user.
/// Threads: <see cref="RunAsync"/> once; the rest from any.
/// </remarks>
internal abstract class WebSocketChannel
{
    /// <summary>How the connection ended, or is about to: the code of the first close frame in either direction, 1006 if there was none.</summary>
    public (int Code, string Reason) CloseStatus { get; protected set; } = (1006, "connection lost");

    /// <summary>Reads until the connection ends; never throws for what the peer does.</summary>
    public abstract Task RunAsync(IChannelReceiver receiver);

    /// <summary>Hands over a frame. Never waits: what does not fit is handled as <c>SendQueue.WhenFull</c> says.</summary>
    public abstract EnqueueResult Enqueue(OutboundFrame frame);

    /// <summary>Starts the close handshake; frames waiting are sent first unless <paramref name="discardQueued"/>. Later calls do nothing.</summary>
    public abstract void Close(GoHubCloseCode code, string reason, bool discardQueued = false);

    /// <summary>Drops the connection at once.</summary>
    public abstract void Abort();

    /// <summary>Does what is due by now: ping a silent peer, end an idle, stuck or half-closed connection.</summary>
    /// <param name="now">A timestamp of the node's <see cref="TimeProvider"/>.</param>
    public abstract void Sweep(long now);
}
