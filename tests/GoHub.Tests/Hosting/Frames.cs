using System.Buffers.Binary;
using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Hosting;

/// <summary>One frame as it lies on the wire, in either direction.</summary>
internal readonly record struct Frame(FrameOpcode Opcode, byte[] Payload, bool Fin = true, bool Compressed = false)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a close frame.</summary>
    public int Code => BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string Reason => Encoding.UTF8.GetString(Payload.AsSpan(2));
}

/// <summary>Writes a client's frames, the forbidden ones too, and reads a server's.</summary>
internal static class Frames
{
    private const uint Mask = 0xA1B2C3D4;

    public static byte[] Text(string text, bool fin = true) => Client(FrameOpcode.Text, Encoding.UTF8.GetBytes(text), fin);

    public static byte[] Close(int code, string reason = "")
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return Client(FrameOpcode.Close, payload);
    }

    /// <param name="opcode">Any four bits.</param>
    /// <param name="payload">Unmasked.</param>
    /// <param name="fin">Whether the message ends here.</param>
    /// <param name="reserved">RSV1 to RSV3 as they lie in the first byte.</param>
    /// <param name="mask">Null for a frame without a mask.</param>
    /// <param name="announced">The length in the header; default the payload's.</param>
    /// <param name="lengthBytes">0, 2 or 8 bytes of extended length; default the shortest.</param>
    public static byte[] Client(
        FrameOpcode opcode, ReadOnlySpan<byte> payload, bool fin = true, byte reserved = 0, uint? mask = Mask, ulong? announced = null, int? lengthBytes = null)
    {
        var length = announced ?? (ulong)payload.Length;
        var extended = lengthBytes ?? (length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8);
        List<byte> bytes = [(byte)((fin ? 0x80 : 0) | reserved | (byte)opcode)];
        bytes.Add((byte)((mask is null ? 0 : 0x80) | (extended switch { 0 => (int)length, 2 => 126, _ => 127 })));
        for (var shift = (extended - 1) * 8; shift >= 0; shift -= 8)
        {
            bytes.Add((byte)(length >> shift));
        }
        Span<byte> key = stackalloc byte[4];
        if (mask is { } value)
        {
            BinaryPrimitives.WriteUInt32BigEndian(key, value);
            bytes.AddRange(key);
        }
        for (var i = 0; i < payload.Length; i++)
        {
            bytes.Add((byte)(payload[i] ^ (mask is null ? 0 : key[i & 3])));
        }
        return [.. bytes];
    }

    /// <summary>All whole frames at the front of what a server sent; fails on what a server may not send.</summary>
    public static List<Frame> ReadServer(ref ReadOnlySpan<byte> bytes, bool deflate = false)
    {
        List<Frame> frames = [];
        while (bytes.Length >= 2)
        {
            Assert.Equal(0, bytes[0] & (deflate ? 0x30 : 0x70));
            Assert.True((bytes[1] & 0x80) == 0, "A server's frame has no mask.");
            var (header, length) = (bytes[1] & 0x7F) switch
            {
                126 when bytes.Length >= 4 => (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
                127 when bytes.Length >= 10 => (10, (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
                126 or 127 => (int.MaxValue, 0),
                var small => (2, small),
            };
            if (header == int.MaxValue || bytes.Length < header + length)
            {
                break;
            }
            var opcode = (FrameOpcode)(bytes[0] & 0x0F);
            Assert.True(Enum.IsDefined(opcode), "Torn frame: " + opcode);
            frames.Add(new Frame(opcode, bytes[header..(header + length)].ToArray(), (bytes[0] & 0x80) != 0, (bytes[0] & 0x40) != 0));
            bytes = bytes[(header + length)..];
        }
        return frames;
    }

    public static List<Frame> ReadServer(byte[] bytes, bool deflate = false)
    {
        ReadOnlySpan<byte> rest = bytes;
        var frames = ReadServer(ref rest, deflate);
        Assert.True(rest.IsEmpty, "Half a frame at the end.");
        return frames;
    }
}
