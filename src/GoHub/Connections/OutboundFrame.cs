using System.Buffers.Binary;
using System.Text;

namespace GoHub.Connections;

/// <summary>One encoded server frame, header included: the same bytes for every receiver, and the same compressed bytes for every receiver that inflates.</summary>
/// <remarks>Threads: any. Immutable but for its compressed twin, which is made once, when the first receiver asks for it.</remarks>
internal sealed class OutboundFrame
{
    /// <summary>Room that a writer leaves in front of a payload for the header. Unit: bytes. A server's frame has no mask (RFC 6455 §5.1).</summary>
    public const int HeaderReserve = 10;

    private const byte Rsv1 = 0x40;

    private OutboundFrame? _deflated;

    private OutboundFrame(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public FrameOpcode Opcode => (FrameOpcode)(Bytes[0] & 0x0F);

    /// <summary>What the frame carries, without its header.</summary>
    public ReadOnlySpan<byte> Payload => Bytes.AsSpan(Bytes[1] switch { < 126 => 2, 126 => 4, _ => HeaderReserve });

    /// <summary>The frame as a receiver gets it.</summary>
    /// <param name="deflater">The node's where the receiver negotiated compression, else null.</param>
    /// <returns>This frame, or a compressed one that is smaller.</returns>
    public OutboundFrame For(FrameDeflater? deflater) =>
        deflater is null || !deflater.Wants(Opcode, Payload.Length) ? this : Volatile.Read(ref _deflated) ?? Deflate();

    /// <summary>Builds a frame from a buffer whose first <see cref="HeaderReserve"/> bytes are free.</summary>
    public static OutboundFrame FromReserved(FrameOpcode opcode, Span<byte> reserved)
    {
        var payload = reserved.Length - HeaderReserve;
        var header = HeaderLength(payload);
        var frame = reserved[(HeaderReserve - header)..];
        WriteHeader(opcode, payload, frame);
        return new OutboundFrame(frame.ToArray());
    }

    /// <summary>As <see cref="FromReserved"/>, of a payload that is compressed (RFC 7692 §7.2.1).</summary>
    public static OutboundFrame Compressed(FrameOpcode opcode, Span<byte> reserved)
    {
        var frame = FromReserved(opcode, reserved);
        frame.Bytes[0] |= Rsv1;
        frame._deflated = frame;
        return frame;
    }

    public static OutboundFrame Of(FrameOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var header = HeaderLength(payload.Length);
        var bytes = new byte[header + payload.Length];
        WriteHeader(opcode, payload.Length, bytes);
        payload.CopyTo(bytes.AsSpan(header));
        return new OutboundFrame(bytes);
    }

    /// <summary>Bytes that are frames already, or the rest of some.</summary>
    public static OutboundFrame Raw(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>Writes a frame where there is room for <see cref="HeaderReserve"/> and the payload.</summary>
    /// <returns>Its length.</returns>
    public static int Write(FrameOpcode opcode, ReadOnlySpan<byte> payload, Span<byte> target)
    {
        var header = HeaderLength(payload.Length);
        WriteHeader(opcode, payload.Length, target);
        payload.CopyTo(target[header..]);
        return header + payload.Length;
    }

    /// <summary>A close frame; the reason is cut at a character so that it fits into 123 bytes (RFC 6455 §5.5).</summary>
    public static OutboundFrame Close(GoHubCloseCode code, string reason)
    {
        Span<byte> payload = stackalloc byte[125];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetEncoder().Convert(reason, payload[2..], flush: true, out _, out var written, out _);
        return Of(FrameOpcode.Close, payload[..(2 + written)]);
    }

    private OutboundFrame Deflate()
    {
        // The frame is its own lock, which nobody else knows, since a Lock would cost each frame an object. Who waits needs the result as much.
        lock (this)
        {
            return _deflated ??= FrameDeflater.Deflate(this);
        }
    }

    private static int HeaderLength(int payload) => payload switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 };

    private static void WriteHeader(FrameOpcode opcode, int payload, Span<byte> target)
    {
        target[0] = (byte)(0x80 | (byte)opcode);
        switch (HeaderLength(payload))
        {
            case 2:
                target[1] = (byte)payload;
                break;
            case 4:
                target[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payload);
                break;
            default:
                target[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)payload);
                break;
        }
    }
}
