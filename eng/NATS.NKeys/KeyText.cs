using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NATS.NKeys;

/// <summary>The text form of keys: a prefix, 32 bytes and a checksum (CRC-16/XMODEM, little-endian), in <see cref="Base32"/>.</summary>
internal static class KeyText
{
    public const int KeyBytes = 32;

    private const byte SeedPrefix = 18 << 3;
    private const int ChecksumBytes = sizeof(ushort);

    public static string PublicKey(PrefixByte prefix, ReadOnlySpan<byte> key) => Encode([(byte)prefix], key);

    // A seed's prefix and the prefix of its public key share two bytes, five bits each.
    public static string Seed(PrefixByte prefix, ReadOnlySpan<byte> seed) => Encode([(byte)(SeedPrefix | ((byte)prefix >> 5)), (byte)(((byte)prefix & 31) << 3)], seed);

    /// <exception cref="NKeysException">It is no public key.</exception>
    public static (PrefixByte Prefix, byte[] Key) ReadPublicKey(ReadOnlySpan<char> text)
    {
        var raw = Decode(text, 1);
        return Enum.IsDefined((PrefixByte)raw[0]) ? ((PrefixByte)raw[0], raw[1..]) : throw new NKeysException("Invalid prefix byte");
    }

    /// <exception cref="NKeysException">It is no seed.</exception>
    public static (PrefixByte Prefix, byte[] Seed) ReadSeed(ReadOnlySpan<char> text)
    {
        var raw = Decode(text, 2);
        try
        {
            var prefix = (PrefixByte)(((raw[0] & 7) << 5) | (raw[1] >> 3));
            return (raw[0] & 0xF8) == SeedPrefix && (raw[1] & 7) == 0 && Enum.IsDefined(prefix) ? (prefix, raw[2..]) : throw new NKeysException("Invalid seed");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(raw);
        }
    }

    private static string Encode(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> key)
    {
        Span<byte> raw = stackalloc byte[prefix.Length + KeyBytes + ChecksumBytes];
        prefix.CopyTo(raw);
        key.CopyTo(raw[prefix.Length..]);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[^ChecksumBytes..], Checksum(raw[..^ChecksumBytes]));
        return Base32.Encode(raw);
    }

    private static byte[] Decode(ReadOnlySpan<char> text, int prefixBytes)
    {
        if (!Base32.TryDecode(text, out var raw) || raw.Length != prefixBytes + KeyBytes + ChecksumBytes)
        {
            throw new NKeysException("Invalid encoding");
        }
        var body = raw.AsSpan(0, prefixBytes + KeyBytes);
        return Checksum(body) == BinaryPrimitives.ReadUInt16LittleEndian(raw.AsSpan(body.Length)) ? body.ToArray() : throw new NKeysException("Invalid checksum");
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }
        return (ushort)crc;
    }
}
