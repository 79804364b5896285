namespace GoHub.Redis;

/// <summary>What the next bytes of a connection are.</summary>
internal enum PushPart
{
    /// <summary>Not all there yet.</summary>
    None,

    /// <summary>The payload of a published message.</summary>
    Message,

    /// <summary>A message larger than a frame may be; it is passed over as it comes.</summary>
    TooLarge,

    /// <summary>A reply, or a part of one, which was copied to the target.</summary>
    Reply,

    /// <summary>A reply that is an error, which was copied to the target.</summary>
    Error,
}

/// <summary>Bytes of a RESP2 connection, cut into published messages and replies.</summary>
/// <remarks>Owner: one <see cref="PushStream"/>. Threads: one.</remarks>
internal sealed class PushBuffer
{
    /// <summary>Room for reading. Unit: bytes; holds some 300 small messages, so that a busy bus costs few system calls.</summary>
    private const int Size = 64 * 1024;

    /// <summary>Room that must be left before the next read. Unit: bytes.</summary>
    private const int MinFree = 16 * 1024;

    /// <summary>Longest header of a message: the longest channel and two lengths. Unit: bytes.</summary>
    private const int MaxHeader = 4 * 1024;

    private byte[] _bytes = new byte[Size];
    private int _start;
    private int _end;
    private int _reply;
    private long _skip;
    private int _wanted;

    private ReadOnlySpan<byte> Ready => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Where the next bytes are to be read to.</summary>
    public Memory<byte> Free()
    {
        var held = _end - _start;
        var size = Math.Max(Size, Math.Max(_wanted, held + MinFree));
        if (size > _bytes.Length || (_bytes.Length > Size && size == Size))
        {
            var bytes = new byte[size];
            Ready.CopyTo(bytes);
            _bytes = bytes;
            (_start, _end) = (0, held);
        }
        else if (_start > 0 && (held == 0 || _bytes.Length - _end < MinFree || _start + _wanted > _bytes.Length))
        {
            Ready.CopyTo(_bytes);
            (_start, _end) = (0, held);
        }
        return _bytes.AsMemory(_end);
    }

    public void Add(int read) => _end += read;

    /// <summary>Takes the next part.</summary>
    /// <param name="target">Where a reply is copied to; not empty.</param>
    /// <param name="part">The payload, or what was copied; valid until <see cref="Free"/>.</param>
    /// <exception cref="InvalidDataException">This is no RESP.</exception>
    public PushPart TryTake(Span<byte> target, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (_skip > 0)
        {
            var skipped = (int)Math.Min(_skip, _end - _start);
            _start += skipped;
            _skip -= skipped;
        }
        if (_start == _end)
        {
            return PushPart.None;
        }
        if (_reply > 0)
        {
            part = CopyReply(target);
            return PushPart.Reply;
        }
        switch (MessageHeader.TryRead(Ready, out var header))
        {
            case MessageHeader.Outcome.Incomplete when Ready.Length < MaxHeader:
                return PushPart.None;
            case MessageHeader.Outcome.Incomplete:
                throw new InvalidDataException("Redis sends a message whose header does not end.");
            case MessageHeader.Outcome.Message:
                return TakeMessage(header, out part);
        }
        if (!RespReply.TryMeasure(Ready, out _reply))
        {
            return PushPart.None;
        }
        var isError = Ready[0] == (byte)'-';
        part = CopyReply(target);
        return isError ? PushPart.Error : PushPart.Reply;
    }

    private PushPart TakeMessage(MessageHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var total = header.Length + (long)header.Payload + 2;
        if (header.Payload > RedisBus.MaxFrame)
        {
            _skip = total;
            return PushPart.TooLarge;
        }
        if (Ready.Length < total)
        {
            _wanted = (int)total;
            return PushPart.None;
        }
        _wanted = 0;
        payload = Ready.Slice(header.Length, header.Payload);
        _start += (int)total;
        return PushPart.Message;
    }

    private ReadOnlySpan<byte> CopyReply(Span<byte> target)
    {
        var count = Math.Min(Math.Min(_reply, _end - _start), target.Length);
        var copied = Ready[..count];
        copied.CopyTo(target);
        _start += count;
        _reply -= count;
        return copied;
    }
}
