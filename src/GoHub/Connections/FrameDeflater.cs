using System.Buffers;
using System.IO.Compression;

namespace GoHub.Connections;

/// <summary>Compresses frames for permessage-deflate without context takeover (RFC 7692 §7.2.1).</summary>
/// <remarks>
/// Threads: any. Holds nothing between two frames: a live compressor is 225 KB, making one for a frame costs some microseconds, and one that is used
/// again would refer to the message before, which the receiver has been told not to keep.
/// </remarks>
/// <param name="minSize">Smaller payloads are sent as they are. Unit: bytes.</param>
internal sealed class FrameDeflater(int minSize)
{
    // What a flush ends with: an empty stored block, whose last four bytes the receiver adds itself.
    private static ReadOnlySpan<byte> FlushEnd => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Whether a payload is to be compressed; control frames never are (RFC 7692 §6.1).</summary>
    public bool Wants(FrameOpcode opcode, int length) => opcode < FrameOpcode.Close && length >= minSize;

    /// <returns>A compressed frame, or <paramref name="frame"/> itself if that is no larger.</returns>
    public static OutboundFrame Deflate(OutboundFrame frame)
    {
        var payload = frame.Payload;
        var buffer = ArrayPool<byte>.Shared.Rent(OutboundFrame.HeaderReserve + payload.Length + FlushEnd.Length);
        try
        {
            var sink = new Sink(buffer, OutboundFrame.HeaderReserve);
            using (var deflate = new DeflateStream(sink, CompressionLevel.Fastest, leaveOpen: true))
            {
                deflate.Write(payload);
                deflate.Flush();
                sink.End();
            }
            var written = sink.Written;
            var length = written.Length - FlushEnd.Length;
            return length - OutboundFrame.HeaderReserve < payload.Length && written.EndsWith(FlushEnd)
                ? OutboundFrame.Compressed(frame.Opcode, written[..length])
                : frame;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes what fits and nothing after <see cref="End"/>, when the compressor is put away and writes an end that nobody wants.</summary>
    private sealed class Sink(byte[] buffer, int start) : Stream
    {
        private int _length = start;
        private bool _ended;

        /// <summary>All of it, with the room before it; empty if it did not fit.</summary>
        public Span<byte> Written => _length <= buffer.Length ? buffer.AsSpan(0, _length) : [];

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void End() => _ended = true;

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            if (_ended)
            {
                return;
            }
            if (bytes.Length <= buffer.Length - _length)
            {
                bytes.CopyTo(buffer.AsSpan(_length));
                _length += bytes.Length;
                return;
            }
            _length = int.MaxValue;
            _ended = true;
        }

        public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
