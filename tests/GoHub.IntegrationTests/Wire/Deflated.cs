using System.IO.Compression;

namespace GoHub.IntegrationTests.Wire;

/// <summary>Compressed payloads (RFC 7692 §7.2), each by itself.</summary>
internal static class Deflated
{
    /// <summary>RSV1 as <see cref="ClientFrame.Rsv"/> and <see cref="ServerFrame.Rsv"/> say it.</summary>
    public const int Rsv = 4;

    private static readonly byte[] FlushEnd = [0x00, 0x00, 0xFF, 0xFF];

    public static byte[] Of(ReadOnlySpan<byte> payload)
    {
        using var target = new MemoryStream();
        using var deflate = new DeflateStream(target, CompressionLevel.Optimal);
        deflate.Write(payload);
        deflate.Flush();
        return payload.IsEmpty ? [0] : target.ToArray()[..^FlushEnd.Length];
    }

    public static byte[] Inflate(byte[] payload)
    {
        using var inflate = new DeflateStream(new MemoryStream([.. payload, .. FlushEnd]), CompressionMode.Decompress);
        using var target = new MemoryStream();
        inflate.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>A whole compressed text message.</summary>
    public static ClientFrame Text(ReadOnlySpan<byte> payload) => ClientFrame.Text(Of(payload)) with { Rsv = Rsv };

    public static ClientFrame Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    /// <summary>A handshake that offers compression.</summary>
    public static Handshake Offer(string offer = "permessage-deflate; client_max_window_bits") => new() { Headers = [("Sec-WebSocket-Extensions", offer)] };
}
