using System.Numerics;
using System.Runtime.InteropServices;

namespace GoHub.Connections;

/// <summary>Takes the client's mask off a payload (RFC 6455 §5.3).</summary>
internal static class FrameMask
{
    /// <summary>Copies <paramref name="source"/> to <paramref name="target"/> and unmasks it on the way.</summary>
    /// <param name="source">Masked bytes.</param>
    /// <param name="target">At least as long.</param>
    /// <param name="mask">The four bytes of the frame's mask as they lay on the wire, read as a native integer.</param>
    /// <param name="offset">How many payload bytes of this frame came before <paramref name="source"/>.</param>
    public static void CopyUnmasked(ReadOnlySpan<byte> source, Span<byte> target, uint mask, long offset)
    {
        var turn = (int)(offset & 3) * 8;
        mask = BitConverter.IsLittleEndian ? BitOperations.RotateRight(mask, turn) : BitOperations.RotateLeft(mask, turn);

        var wide = new Vector<byte>();
        if (source.Length >= Vector<byte>.Count)
        {
            wide = Vector.AsVectorByte(new Vector<uint>(mask));
        }
        while (source.Length >= Vector<byte>.Count)
        {
            (new Vector<byte>(source) ^ wide).CopyTo(target);
            source = source[Vector<byte>.Count..];
            target = target[Vector<byte>.Count..];
        }
        // What is left of most messages is longer than a few bytes.
        for (var twice = mask | ((ulong)mask << 32); source.Length >= sizeof(ulong); source = source[sizeof(ulong)..], target = target[sizeof(ulong)..])
        {
            MemoryMarshal.Write(target, MemoryMarshal.Read<ulong>(source) ^ twice);
        }
        var key = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in mask));
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = (byte)(source[i] ^ key[i & 3]);
        }
    }
}
