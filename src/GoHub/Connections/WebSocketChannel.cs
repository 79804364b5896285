using GoHub.Connections.Loops;
using GoHub.Transport.Loops;

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
    /// <summary>Bytes have arrived, the first of some that arrive together; the messages in them follow.</summary>
    void OnRead();

    /// <summary>One whole data message. The next is not read before the task is done.</summary>
    /// <param name="binary">Whether it came in binary frames.</param>
    /// <param name="payload">Valid until the task is done.</param>
    ValueTask OnMessageAsync(bool binary, ReadOnlyMemory<byte> payload);

    /// <summary>The connection is over; called once, after the last message was handled.</summary>
    void OnClosed();
}

/// <summary>
/// The seam between the transport and everything above it: inbound messages in order, encoded frames out, close with a code.
/// </summary>
/// <remarks>
/// A channel answers pings, holds the close handshake and keeps its queue within bounds by itself; it knows no JSON, room or user.
/// Threads: any.
/// </remarks>
internal abstract class WebSocketChannel
{
    private CancellationTokenSource? _aborted;
    private volatile bool _isAborted;

    /// <summary>Whether this thread serves the connections of a loop, and must not be held up by an app's code.</summary>
    public static bool IsLoopThread => EventLoop.Current is not null;

    /// <summary>How the connection ended, or is about to: the code of the first close frame in either direction, 1006 if there was none.</summary>
    public virtual (int Code, string Reason) CloseStatus => (1006, "connection lost");

    /// <summary>Cancelled when the connection is gone. Made when it is first asked for, since most connections never need one.</summary>
    public CancellationToken Aborted
    {
        get
        {
            var source = Volatile.Read(ref _aborted) ?? Interlocked.CompareExchange(ref _aborted, new CancellationTokenSource(), null) ?? _aborted;
            if (_isAborted)
            {
                source.Cancel();
            }
            return source.Token;
        }
    }

    /// <summary>The loop that owns the connection; null where it has none.</summary>
    public virtual Lane? Lane => null;

    /// <summary>Hands over a frame. Never waits: what does not fit is handled as <c>SendQueue.WhenFull</c> says.</summary>
    public abstract EnqueueResult Enqueue(OutboundFrame frame);

    /// <summary>Writes an answer to what is being read without making a frame of it.</summary>
    /// <returns>False if it must be a frame: nothing is being read on this thread, something else waits to be sent, or it is too large.</returns>
    public virtual bool TryWriteNow(FrameOpcode opcode, ReadOnlySpan<byte> payload) => false;

    /// <summary>Starts the close handshake; frames waiting are sent first unless <paramref name="discardQueued"/>. Later calls do nothing.</summary>
    /// <returns>Whether this call started it.</returns>
    public abstract bool Close(GoHubCloseCode code, string reason, bool discardQueued = false);

    /// <summary>Drops the connection at once.</summary>
    public abstract void Abort();

    /// <summary>Does what is due by now: ping a silent peer, end an idle, stuck or half-closed connection.</summary>
    /// <param name="now">A timestamp of the node's <see cref="TimeProvider"/>.</param>
    public abstract void Sweep(long now);

    /// <summary>Cancels <see cref="Aborted"/>. Runs callbacks of the app, so never on a loop.</summary>
    internal void CancelAborted()
    {
        _isAborted = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _aborted)?.Cancel();
    }
}
