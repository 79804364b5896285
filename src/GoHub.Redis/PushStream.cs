namespace GoHub.Redis;

/// <summary>Takes what a connection's bytes mean.</summary>
internal interface IPushSink
{
    /// <summary>A published message has come. Must not block.</summary>
    void OnPush(ReadOnlySpan<byte> payload);

    /// <summary>A message was larger than a frame may be, and dropped.</summary>
    void OnTooLarge();

    /// <summary>Redis has answered a command with this error.</summary>
    void OnError(ReadOnlySpan<byte> error);

    /// <summary>The certificate, or the lack of TLS, is the reason that there is no connection.</summary>
    void OnUntrusted(string why);
}

/// <summary>Takes published messages out of a connection's bytes and leaves the replies to the library.</summary>
/// <remarks>Owner of the bytes that were read ahead. Threads: one reader and one writer, as the library has.</remarks>
internal sealed class PushStream(Stream inner, IPushSink sink) : Stream
{
    private readonly PushBuffer _buffer = new();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <returns>Bytes of replies only; 0 at the end.</returns>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var taken = Take(buffer.Span);
            if (taken > 0)
            {
                return taken;
            }
            var read = await inner.ReadAsync(_buffer.Free(), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return 0;
            }
            _buffer.Add(read);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var taken = Take(buffer);
            if (taken > 0)
            {
                return taken;
            }
            var read = inner.Read(_buffer.Free().Span);
            if (read == 0)
            {
                return 0;
            }
            _buffer.Add(read);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Take(Span<byte> target)
    {
        var taken = 0;
        while (taken < target.Length)
        {
            var kind = _buffer.TryTake(target[taken..], out var part);
            switch (kind)
            {
                case PushPart.None:
                    return taken;
                case PushPart.Message:
                    sink.OnPush(part);
                    break;
                case PushPart.TooLarge:
                    sink.OnTooLarge();
                    break;
                default:
                    if (kind == PushPart.Error)
                    {
                        sink.OnError(part);
                    }
                    taken += part.Length;
                    break;
            }
        }
        return taken;
    }
}
