using System.Buffers.Binary;

namespace GoHub.IntegrationTests.Wire;

/// <summary>A frame as a client sends it, every bit of it free to be wrong.</summary>
internal sealed record ClientFrame(int Opcode, ReadOnlyMemory<byte> Payload)
{
    public bool Fin { get; init; } = true;

    /// <summary>The three reserved bits as a number: 4 = RSV1, 2 = RSV2, 1 = RSV3.</summary>
    public int Rsv { get; init; }

    public bool Masked { get; init; } = true;

    public uint Mask { get; init; } = 0x5AC33CA5;

    /// <summary>How many bytes the length takes: 0 (in the second byte), 2 or 8; null for the shortest that fits.</summary>
    public int? LengthBytes { get; init; }

    /// <summary>What the length field says, if not the truth.</summary>
    public ulong? AnnouncedLength { get; init; }

    public static ClientFrame Text(string text) => new(Wire.Opcode.Text, Encoding.UTF8.GetBytes(text));

    public static ClientFrame Text(byte[] bytes) => new(Wire.Opcode.Text, bytes);

    public static ClientFrame Binary(byte[] bytes) => new(Wire.Opcode.Binary, bytes);

    public static ClientFrame Ping(string payload = "") => new(Wire.Opcode.Ping, Encoding.UTF8.GetBytes(payload));

    public static ClientFrame Pong(string payload = "") => new(Wire.Opcode.Pong, Encoding.UTF8.GetBytes(payload));

    public static ClientFrame Close(int? code, string reason = "") =>
        new(Wire.Opcode.Close, code is { } c ? [(byte)(c >> 8), (byte)c, .. Encoding.UTF8.GetBytes(reason)] : Array.Empty<byte>());

    public static ClientFrame Continuation(byte[] bytes, bool fin) => new(Wire.Opcode.Continuation, bytes) { Fin = fin };

    public byte[] ToBytes()
    {
        var length = AnnouncedLength ?? (ulong)Payload.Length;
        var lengthBytes = LengthBytes ?? (length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8);
        var bytes = new byte[2 + lengthBytes + (Masked ? 4 : 0) + Payload.Length];
        bytes[0] = (byte)((Fin ? 0x80 : 0) | (Rsv << 4) | Opcode);
        bytes[1] = (byte)((Masked ? 0x80 : 0) | (lengthBytes switch { 0 => (int)length, 2 => 126, _ => 127 }));
        var at = 2;
        if (lengthBytes == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)length);
        }
        else if (lengthBytes == 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(at), length);
        }
        at += lengthBytes;
        Payload.Span.CopyTo(bytes.AsSpan(at + (Masked ? 4 : 0)));
        if (Masked)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), Mask);
            for (var i = 0; i < Payload.Length; i++)
            {
                bytes[at + 4 + i] ^= bytes[at + (i & 3)];
            }
        }
        return bytes;
    }
}
