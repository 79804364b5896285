using System.Buffers.Binary;
using System.Runtime.InteropServices;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

public sealed class FrameMaskTests
{
    [Fact]
    public void CopyUnmasked_IsTheSameAsByteByByte() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[4], Gen.Long[0, 1L << 40]).Sample((source, key, offset) =>
        {
            var target = new byte[source.Length + 1];
            FrameMask.CopyUnmasked(source, target, MemoryMarshal.Read<uint>(key), offset);

            var expected = source.Select((b, i) => (byte)(b ^ key[(offset + i) % 4])).ToArray();
            Assert.Equal(expected, target[..source.Length]);
            Assert.Equal(0, target[^1]);
        }, iter: 5000);

    [Fact]
    public void CopyUnmasked_OfTheExampleInRfc6455_IsHello()
    {
        // §5.7: a single-frame masked text message.
        var target = new byte[5];
        Span<byte> key = [0x37, 0xFA, 0x21, 0x3D];
        FrameMask.CopyUnmasked([0x7F, 0x9F, 0x4D, 0x51, 0x58], target, MemoryMarshal.Read<uint>(key), 0);

        Assert.Equal("Hello"u8.ToArray(), target);
        Assert.Equal(0x37FA213Du, BinaryPrimitives.ReadUInt32BigEndian(key));
    }
}
