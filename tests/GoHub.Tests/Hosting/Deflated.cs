using System.IO.Compression;
using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Hosting;

/// <summary>Compressed messages, made and read without the code under test (RFC 7692 §7.2).</summary>
internal static class Deflated
{
    private static readonly byte[] FlushEnd = [0x00, 0x00, 0xFF, 0xFF];

    public static byte[] Of(ReadOnlySpan<byte> payload, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var target = new MemoryStream();
        using var deflate = new DeflateStream(target, level);
        deflate.Write(payload);
        deflate.Flush();
        var bytes = target.ToArray();
        return payload.IsEmpty ? [0] : bytes[..^FlushEnd.Length];
    }

    public static byte[] Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static byte[] Inflate(byte[] payload)
    {
        using var inflate = new DeflateStream(new MemoryStream([.. payload, .. FlushEnd]), CompressionMode.Decompress);
        using var target = new MemoryStream();
        inflate.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>One frame of a client with a compressed payload, or the first of several.</summary>
    public static byte[] Frame(FrameOpcode opcode, ReadOnlySpan<byte> compressed, bool fin = true) => Frames.Client(opcode, compressed, fin, reserved: 0x40);

    public static byte[] Text(string text) => Frame(FrameOpcode.Text, Of(text));
}
