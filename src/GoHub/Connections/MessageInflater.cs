using System.Buffers;
using System.IO.Compression;

namespace GoHub.Connections;

/// <summary>What became of a compressed message.</summary>
internal enum InflateResult
{
    Done,

    /// <summary>It says more than the limit; it was not inflated further.</summary>
    TooBig,

    /// <summary>It is no deflate data, or only the beginning of some.</summary>
    Broken,
}

/// <summary>Inflates whole messages of clients that may refer to no message before (RFC 7692 §7.2.2).</summary>
/// <remarks>Threads: any. Holds nothing between two messages. The limit is the guard against bombs: no more than one byte beyond it is ever inflated.</remarks>
internal static class MessageInflater
{
    private const int FirstRent = 4096;

    /// <param name="compressed">The payload as it came, all fragments together.</param>
    /// <param name="limit">Unit: bytes.</param>
    /// <param name="inflated">An array of the shared pool, the caller's if the result is <see cref="InflateResult.Done"/>.</param>
    /// <param name="length">How much of it counts.</param>
    public static InflateResult Inflate(ReadOnlyMemory<byte> compressed, int limit, out byte[]? inflated, out int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(limit + 1, Math.Max(FirstRent, compressed.Length * 2)));
        var result = InflateResult.Broken;
        length = 0;
        try
        {
            var source = new Source(compressed);
            using var inflate = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
            while (inflate.Read(buffer, length, Math.Min(buffer.Length, limit + 1) - length) is > 0 and var read)
            {
                length += read;
                if (length > limit)
                {
                    return result = InflateResult.TooBig;
                }
                if (length == buffer.Length)
                {
                    Grow(ref buffer, limit + 1);
                }
            }
            return result = source.WasExhausted ? InflateResult.Broken : InflateResult.Done;
        }
        catch (InvalidDataException)
        {
            return InflateResult.Broken;
        }
        finally
        {
            inflated = result == InflateResult.Done ? buffer : null;
            if (inflated is null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static void Grow(ref byte[] buffer, int most)
    {
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(most, buffer.Length * 2L));
        buffer.CopyTo(grown, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = grown;
    }

    /// <summary>The message, then what makes it a deflate stream with an end.</summary>
    private sealed class Source(ReadOnlyMemory<byte> message) : Stream
    {
        // The bytes that the client has left out, and a last block of nothing: after good data the inflater stops here and asks for no more.
        private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF];

        private ReadOnlyMemory<byte> _left = message;
        private bool _inTail;

        /// <summary>Whether more was asked for than there is: the data broke off inside a block.</summary>
        public bool WasExhausted { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> target)
        {
            if (_left.IsEmpty && !_inTail)
            {
                (_left, _inTail) = (Tail, true);
            }
            var count = Math.Min(_left.Length, target.Length);
            WasExhausted |= count == 0;
            _left.Span[..count].CopyTo(target);
            _left = _left[count..];
            return count;
        }

        public override int Read(byte[] target, int offset, int count) => Read(target.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] bytes, int offset, int count) => throw new NotSupportedException();
    }
}
