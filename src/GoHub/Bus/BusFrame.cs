using System.Buffers.Binary;

namespace GoHub.Bus;

/// <summary>What a frame between nodes is about.</summary>
internal enum BusFrameKind : byte
{
    /// <summary>A message for the members of a room.</summary>
    Room = 1,

    /// <summary>A message for every connection.</summary>
    All = 2,

    /// <summary>A message for one connection.</summary>
    Connection = 3,

    /// <summary>A message for all connections of a user.</summary>
    User = 4,

    /// <summary>Something to do or to tell, answered with <see cref="Reply"/>.</summary>
    Command = 5,

    /// <summary>An answer, or a part of one.</summary>
    Reply = 6,

    /// <summary>A node's sign of life.</summary>
    Heartbeat = 7,

    // 8 and 9 are reserved: presence changes, batches (cluster design §1.2).

    /// <summary>A node's question to itself whether the bus still carries anything.</summary>
    Probe = 10,

    /// <summary>How far a publisher has come in a room, so that the loss of its last message is noticed.</summary>
    Beacon = 11,
}

/// <summary>Marks of a frame.</summary>
[Flags]
internal enum BusFrameFlags : byte
{
    None = 0,

    /// <summary>The body is a binary message, not text.</summary>
    Binary = 1,

    /// <summary>One connection does not get it.</summary>
    Exclude = 2,

    /// <summary>An answer is wanted, or this is one.</summary>
    Correlation = 64,
}

/// <summary>One frame between nodes, little-endian: 52 bytes, options, the name, the body.</summary>
/// <remarks>
/// 0 magic and major version · 1 header length / 4, so that a later minor version may add to its end · 2 kind · 3 flags · 4 body length ·
/// 8 publisher · 16 sequence · 24 stream (a log's epoch) · 32 log offset · 40 previous offset (both 0 for live rooms) · 48 name length (u16) · 50 zero ·
/// 52 the excluded connection's node and 16 own bytes, if <see cref="BusFrameFlags.Exclude"/> · correlation, if <see cref="BusFrameFlags.Correlation"/>.
/// The body holds the bytes that clients get, neither JSON around them nor base64. Source: cluster design §1.2.
/// </remarks>
internal readonly ref struct BusFrame
{
    /// <summary>First byte: 0xB0 and the major version.</summary>
    public const byte Magic = 0xB1;

    /// <summary>Unit: bytes.</summary>
    public const int ExcludeBytes = 24;

    private const int FixedBytes = 52;

    private BusFrame(ReadOnlySpan<byte> bytes, int header, int name)
    {
        Kind = (BusFrameKind)bytes[2];
        Flags = (BusFrameFlags)bytes[3];
        Publisher = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        Sequence = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        Stream = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        var options = bytes[FixedBytes..header];
        if ((Flags & BusFrameFlags.Exclude) != 0)
        {
            Exclude = options[..ExcludeBytes];
            options = options[ExcludeBytes..];
        }
        Correlation = (Flags & BusFrameFlags.Correlation) != 0 ? BinaryPrimitives.ReadUInt64LittleEndian(options) : 0;
        Name = bytes.Slice(header, name);
        Body = bytes[(header + name)..];
    }

    public BusFrameKind Kind { get; }

    public BusFrameFlags Flags { get; }

    /// <summary>The node it comes from.</summary>
    public ulong Publisher { get; }

    /// <summary>Counts the publisher's messages of one stream from 1; 0 where nobody counts.</summary>
    public ulong Sequence { get; }

    /// <summary>What the sequence belongs to: a new number whenever the publisher begins to count anew.</summary>
    public ulong Stream { get; }

    /// <summary>UTF-8 of the room, user or connection it is for.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Node and own bytes of the connection that does not get it; empty for none.</summary>
    public ReadOnlySpan<byte> Exclude { get; }

    public ulong Correlation { get; }

    public ReadOnlySpan<byte> Body { get; }

    public bool IsBinary => (Flags & BusFrameFlags.Binary) != 0;

    /// <summary>Reads a frame that may be anything.</summary>
    /// <returns>False if it is no frame of this version or its lengths do not add up.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BusFrame frame)
    {
        frame = default;
        if (bytes.Length < FixedBytes || bytes[0] != Magic)
        {
            return false;
        }
        var header = bytes[1] * 4;
        var flags = (BusFrameFlags)bytes[3];
        var needed = FixedBytes + ((flags & BusFrameFlags.Exclude) != 0 ? ExcludeBytes : 0) + ((flags & BusFrameFlags.Correlation) != 0 ? sizeof(ulong) : 0);
        var body = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var name = BinaryPrimitives.ReadUInt16LittleEndian(bytes[48..]);
        if (header < needed || header + name + (long)body != bytes.Length)
        {
            return false;
        }
        frame = new BusFrame(bytes, header, name);
        return true;
    }

    /// <summary>Writes a frame; the array belongs to the caller.</summary>
    /// <exception cref="ArgumentException">The name is longer than 65,535 bytes.</exception>
    public static byte[] Write(
        BusFrameKind kind, ulong publisher, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body,
        BusFrameFlags flags = BusFrameFlags.None, ulong stream = 0, ulong sequence = 0, ReadOnlySpan<byte> exclude = default, ulong correlation = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, ushort.MaxValue, nameof(name));
        var header = FixedBytes + exclude.Length + (correlation != 0 ? sizeof(ulong) : 0);
        var bytes = new byte[header + name.Length + body.Length];
        var span = bytes.AsSpan();
        span[0] = Magic;
        span[1] = (byte)(header / 4);
        span[2] = (byte)kind;
        span[3] = (byte)(flags | (exclude.IsEmpty ? 0 : BusFrameFlags.Exclude) | (correlation != 0 ? BusFrameFlags.Correlation : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], publisher);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], stream);
        BinaryPrimitives.WriteUInt16LittleEndian(span[48..], (ushort)name.Length);
        var rest = span[FixedBytes..];
        exclude.CopyTo(rest);
        rest = rest[exclude.Length..];
        if (correlation != 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, correlation);
            rest = rest[sizeof(ulong)..];
        }
        name.CopyTo(rest);
        body.CopyTo(rest[name.Length..]);
        return bytes;
    }

    /// <summary>How many bytes a frame with this name and body has at most.</summary>
    public static int MaxLength(int name, int body) => FixedBytes + ExcludeBytes + sizeof(ulong) + name + body;
}
