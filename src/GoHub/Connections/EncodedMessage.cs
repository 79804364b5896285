using GoHub.Protocol;

namespace GoHub.Connections;

/// <summary>An envelope that is encoded and not yet a frame: it becomes one for many, or goes to one receiver without.</summary>
/// <remarks>Owner: the thread that encoded it; lies in that thread's <see cref="EnvelopeWriter"/> until it is used, which must happen exactly once, before the next is encoded.</remarks>
internal readonly ref struct EncodedMessage(EnvelopeWriter writer, Span<byte> reserved)
{
    private readonly Span<byte> _reserved = reserved;

    /// <summary>A frame that any number of connections can be given, now or later.</summary>
    public OutboundFrame ToFrame()
    {
        var frame = OutboundFrame.FromReserved(FrameOpcode.Text, _reserved);
        writer.Return();
        return frame;
    }

    /// <summary>Sends it to one connection, as bytes if its channel takes them now, and as a frame otherwise.</summary>
    public EnqueueResult SendTo(WebSocketChannel channel)
    {
        if (!channel.TryWriteNow(FrameOpcode.Text, _reserved[OutboundFrame.HeaderReserve..]))
        {
            return channel.Enqueue(ToFrame());
        }
        writer.Return();
        return EnqueueResult.Accepted;
    }
}
