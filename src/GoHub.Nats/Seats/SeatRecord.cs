using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GoHub.Nats.Seats;

/// <summary>Seats that a node holds in a room.</summary>
/// <param name="Node">Which node.</param>
/// <param name="Held">How many.</param>
/// <param name="Stamp">Another number whenever the node says so again: how others see that it still lives.</param>
internal readonly record struct SeatHold(ulong Node, int Held, ulong Stamp);

/// <summary>What the bucket keeps for a room, little-endian: 1 version · 2 length of the name · the room's name · for each node 8 node, 4 held, 8 stamp.</summary>
/// <remarks>The name is in it since keys may be hashes. Threads: immutable, any.</remarks>
internal sealed record SeatRecord(string Room, IReadOnlyList<SeatHold> Holds)
{
    private const byte Version = 1;
    private const int HeaderBytes = 3;
    private const int HoldBytes = sizeof(ulong) + sizeof(int) + sizeof(ulong);

    public byte[] Write()
    {
        var name = Encoding.UTF8.GetBytes(Room);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, ushort.MaxValue, nameof(Room));
        var bytes = new byte[HeaderBytes + name.Length + (Holds.Count * HoldBytes)];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(1), (ushort)name.Length);
        name.CopyTo(bytes, HeaderBytes);
        var rest = bytes.AsSpan(HeaderBytes + name.Length);
        foreach (var hold in Holds)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, hold.Node);
            BinaryPrimitives.WriteInt32LittleEndian(rest[8..], hold.Held);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[12..], hold.Stamp);
            rest = rest[HoldBytes..];
        }
        return bytes;
    }

    /// <returns>False if it is none of this version.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SeatRecord? record)
    {
        record = null;
        if (bytes.Length < HeaderBytes || bytes[0] != Version)
        {
            return false;
        }
        var name = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        if (bytes.Length < HeaderBytes + name || (bytes.Length - HeaderBytes - name) % HoldBytes != 0)
        {
            return false;
        }
        var holds = new List<SeatHold>();
        for (var rest = bytes[(HeaderBytes + name)..]; !rest.IsEmpty; rest = rest[HoldBytes..])
        {
            holds.Add(new SeatHold(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadInt32LittleEndian(rest[8..]), BinaryPrimitives.ReadUInt64LittleEndian(rest[12..])));
        }
        record = new SeatRecord(Encoding.UTF8.GetString(bytes.Slice(HeaderBytes, name)), holds);
        return true;
    }
}
