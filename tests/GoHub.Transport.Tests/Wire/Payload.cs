namespace GoHub.Transport.Tests.Wire;

/// <summary>A body of any length whose every byte is known, so that a lost, repeated or moved piece shows with its place.</summary>
internal static class Payload
{
    // A prime length: no buffer, page or segment size is a multiple of it, so a piece out of place never looks right.
    private static readonly byte[] Block = Make(65_521);

    public static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        Fill(0, bytes);
        return bytes;
    }

    public static void Fill(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var piece = Block.AsSpan((int)(offset % Block.Length));
            piece = piece[..Math.Min(piece.Length, destination.Length)];
            piece.CopyTo(destination);
            offset += piece.Length;
            destination = destination[piece.Length..];
        }
    }

    public static void Verify(long offset, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var piece = Block.AsSpan((int)(offset % Block.Length));
            piece = piece[..Math.Min(piece.Length, bytes.Length)];
            var equal = piece.CommonPrefixLength(bytes);
            Assert.True(equal == piece.Length, $"Byte {offset + equal} is not what was sent.");
            offset += piece.Length;
            bytes = bytes[piece.Length..];
        }
    }

    public static async Task WriteAsync(Stream stream, long length, Tally? written = null, CancellationToken cancellation = default)
    {
        var buffer = new byte[64 * 1024];
        for (long offset = 0; offset < length;)
        {
            var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - offset));
            Fill(offset, piece.Span);
            await stream.WriteAsync(piece, cancellation);
            offset += piece.Length;
            written?.Add(piece.Length);
        }
    }

    /// <summary>Reads to the end, compares every byte, and says how many there were.</summary>
    public static async Task<long> VerifyAsync(Stream stream, Tally? read = null, CancellationToken cancellation = default)
    {
        var buffer = new byte[64 * 1024];
        long offset = 0;
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            Verify(offset, buffer.AsSpan(0, count));
            offset += count;
            read?.Add(count);
        }
        return offset;
    }

    private static byte[] Make(int length)
    {
        var block = new byte[length];
        new Random(20_260_101).NextBytes(block);
        return block;
    }
}

/// <summary>The payload as a request's body, with its length or in chunks.</summary>
internal sealed class PayloadContent(long length, bool chunked = false, Tally? written = null) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Payload.WriteAsync(stream, length, written);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return !chunked;
    }
}
