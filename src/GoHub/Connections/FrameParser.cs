using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace GoHub.Connections;

/// <summary>What <see cref="FrameParser.Read"/> came to.</summary>
internal enum FrameProgress
{
    /// <summary>The input is used up; more is needed.</summary>
    NeedMore,

    /// <summary>A whole message or control frame is in <see cref="FrameParser.Payload"/>.</summary>
    Message,

    /// <summary>The peer broke the protocol; see <see cref="FrameParser.Violation"/>.</summary>
    Violation,
}

/// <summary>Turns a client's bytes into messages, however they are cut (RFC 6455 §5).</summary>
/// <remarks>
/// Owner: the reader of one connection. Threads: one at a time.
/// Every payload byte is copied once, unmasked on the way. Memory follows what has arrived, never what was announced.
/// </remarks>
/// <param name="maxMessageSize">Unit: bytes, on the wire and inflated.</param>
/// <param name="deflate">See <see cref="AcceptsDeflate"/>.</param>
internal sealed class FrameParser(int maxMessageSize, bool deflate = false)
{
    private const int Fin = 0x80;
    private const int Rsv1 = 0x40;
    private const int Reserved = 0x70;

    // A fragment costs its sender 6 bytes and us a header: besides this many, a message may have one more for each 64
    // bytes (the smallest fragments of the public conformance suites' 4 MiB messages).
    private const int FreeFragments = 1024;
    private const int BytesPerFragment = 64;
    private const int FirstRent = 4096;
    private const int LongestHeader = 14;

    private HeaderBytes _header;
    private int _headerLength;
    private bool _inPayload;
    private FrameOpcode _opcode;
    private bool _fin;
    private uint _mask;
    private long _payloadLength;
    private long _payloadDone;

    private FrameOpcode _messageOpcode; // Continuation: no message is open.
    private byte[]? _message;
    private int _messageLength;
    private int _validText;
    private int _fragments;
    private bool _compressed; // The open message; its text is checked once inflated.
    private byte[]? _control;
    private bool _delivered;

    /// <summary>Whether compressed messages were negotiated. To be changed only while <see cref="IsIdle"/>.</summary>
    public bool AcceptsDeflate { get; set; } = deflate;

    /// <summary>Text, Binary, Ping, Pong or Close: what the last <see cref="FrameProgress.Message"/> is.</summary>
    public FrameOpcode Opcode { get; private set; }

    /// <summary>Its payload; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>How the peer broke the protocol, as the close frame will say it.</summary>
    public (GoHubCloseCode Code, string Reason) Violation { get; private set; }

    /// <summary>Whether nothing has been begun: no header, no message.</summary>
    public bool IsIdle => !_inPayload && _headerLength == 0 && _messageOpcode == FrameOpcode.Continuation;

    /// <summary>Reads up to the next message and moves <paramref name="input"/> past what was used.</summary>
    public FrameProgress Read(ref ReadOnlySpan<byte> input)
    {
        ForgetDelivered();
        if (IsIdle && TryReadWhole(ref input))
        {
            return CheckText(whole: true) ? Deliver(EndMessage(), _message.AsMemory(0, _messageLength)) : FrameProgress.Violation;
        }
        while (true)
        {
            if (!_inPayload)
            {
                var header = ReadHeader(ref input);
                if (header != FrameProgress.Message)
                {
                    return header;
                }
            }
            TakePayload(ref input);
            if (_payloadDone < _payloadLength)
            {
                return !IsControl(_opcode) && !CheckText(whole: false) ? FrameProgress.Violation : FrameProgress.NeedMore;
            }
            _inPayload = false;
            if (IsControl(_opcode))
            {
                return Deliver(_opcode, _control.AsMemory(0, (int)_payloadLength));
            }
            if ((_fin && _compressed && !Inflate()) || !CheckText(whole: _fin))
            {
                return FrameProgress.Violation;
            }
            if (_fin)
            {
                return Deliver(EndMessage(), _message.AsMemory(0, _messageLength));
            }
        }
    }

    /// <summary>Gives the buffers back unless a message is half read. Called between reads, so that an idle connection owns none.</summary>
    public void ReleaseIdleBuffers()
    {
        ForgetDelivered();
        if (_messageOpcode == FrameOpcode.Continuation && _message is { } message)
        {
            _message = null;
            ArrayPool<byte>.Shared.Return(message);
        }
        if (!_inPayload && _control is { } control)
        {
            _control = null;
            ArrayPool<byte>.Shared.Return(control);
        }
    }

    private static bool IsControl(FrameOpcode opcode) => opcode >= FrameOpcode.Close;

    private void ForgetDelivered()
    {
        if (!_delivered)
        {
            return;
        }
        _delivered = false;
        Payload = default;
        if (!IsControl(Opcode))
        {
            _messageLength = 0;
            _validText = 0;
            _fragments = 0;
        }
    }

    /// <summary>The short way for what nearly every frame is: a whole message of less than 64 KiB, not compressed, all of it there. Whatever is unusual takes the long one.</summary>
    /// <remarks>Of 16 frames of 64 bytes in one read, 24 ns each instead of 40 (FrameBenchmarks).</remarks>
    private bool TryReadWhole(ref ReadOnlySpan<byte> input)
    {
        if (input.Length < 2 || input[0] is not (Fin | (byte)FrameOpcode.Text or Fin | (byte)FrameOpcode.Binary))
        {
            return false;
        }
        var (length, mask) = (input[1] - 0x80, 2);
        if (length == 126 && input.Length >= 4)
        {
            (length, mask) = (BinaryPrimitives.ReadUInt16BigEndian(input[2..]), 4);
            if (length < 126)
            {
                return false;
            }
        }
        else if ((uint)length > 125)
        {
            return false;
        }
        var start = mask + sizeof(uint);
        if (length > maxMessageSize || input.Length - start < length)
        {
            return false;
        }
        _compressed = false;
        FrameMask.CopyUnmasked(input.Slice(start, length), Room(length), MemoryMarshal.Read<uint>(input[mask..]), 0);
        (_messageOpcode, _messageLength) = ((FrameOpcode)(input[0] & 0x0F), length);
        input = input[(start + length)..];
        return true;
    }

    private FrameOpcode EndMessage()
    {
        var opcode = _messageOpcode;
        _messageOpcode = FrameOpcode.Continuation;
        return opcode;
    }

    private FrameProgress Deliver(FrameOpcode opcode, ReadOnlyMemory<byte> payload)
    {
        Opcode = opcode;
        Payload = payload;
        _delivered = true;
        return FrameProgress.Message;
    }

    private FrameProgress Break(GoHubCloseCode code, string reason)
    {
        Violation = (code, reason);
        return FrameProgress.Violation;
    }

    /// <summary><see cref="FrameProgress.Message"/> here means: the header is whole and good.</summary>
    private FrameProgress ReadHeader(ref ReadOnlySpan<byte> input)
    {
        Span<byte> kept = _header;
        ReadOnlySpan<byte> header;
        if (_headerLength == 0 && input.Length >= 2 && input.Length >= HeaderLength(input[1]))
        {
            header = input[..HeaderLength(input[1])];
            input = input[header.Length..];
        }
        else
        {
            while (_headerLength < 2 || _headerLength < HeaderLength(kept[1]))
            {
                if (input.IsEmpty)
                {
                    return FrameProgress.NeedMore;
                }
                kept[_headerLength++] = input[0];
                input = input[1..];
            }
            header = kept[.._headerLength];
        }
        _headerLength = 0;
        return BeginFrame(header);
    }

    // Without a mask the frame is refused anyway, so the mask's bytes are not waited for.
    private static int HeaderLength(byte second) =>
        2 + ((second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 }) + ((second & 0x80) != 0 ? 4 : 0);

    private FrameProgress BeginFrame(ReadOnlySpan<byte> header)
    {
        _fin = (header[0] & Fin) != 0;
        _opcode = (FrameOpcode)(header[0] & 0x0F);
        // RSV1 says of a whole message that it is compressed, so only its first frame may bear it (RFC 7692 §6).
        var allowed = AcceptsDeflate && _opcode is FrameOpcode.Text or FrameOpcode.Binary ? Rsv1 : 0;
        if ((header[0] & Reserved & ~allowed) != 0)
        {
            return Break(GoHubCloseCode.ProtocolError, "reserved bits set");
        }
        if ((header[1] & 0x80) == 0)
        {
            return Break(GoHubCloseCode.ProtocolError, "frame not masked");
        }
        var length = (ulong)(header[1] & 0x7F);
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
            if (length < 126)
            {
                return Break(GoHubCloseCode.ProtocolError, "length not minimal");
            }
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadUInt64BigEndian(header[2..]);
            if (length <= ushort.MaxValue || length > long.MaxValue)
            {
                return Break(GoHubCloseCode.ProtocolError, "length not minimal or above 2^63");
            }
        }
        _mask = MemoryMarshal.Read<uint>(header[^4..]);
        _payloadLength = (long)length;
        _payloadDone = 0;
        return IsControl(_opcode) ? BeginControl() : BeginData((header[0] & Rsv1) != 0);
    }

    private FrameProgress BeginControl()
    {
        if (_opcode > FrameOpcode.Pong)
        {
            return Break(GoHubCloseCode.ProtocolError, "unknown opcode");
        }
        if (!_fin)
        {
            return Break(GoHubCloseCode.ProtocolError, "fragmented control frame");
        }
        if (_payloadLength > 125)
        {
            return Break(GoHubCloseCode.ProtocolError, "control frame above 125 bytes");
        }
        _control ??= ArrayPool<byte>.Shared.Rent(125);
        _inPayload = true;
        return FrameProgress.Message;
    }

    private FrameProgress BeginData(bool compressed)
    {
        if (_opcode > FrameOpcode.Binary)
        {
            return Break(GoHubCloseCode.ProtocolError, "unknown opcode");
        }
        var continues = _messageOpcode != FrameOpcode.Continuation;
        if (continues != (_opcode == FrameOpcode.Continuation))
        {
            return Break(GoHubCloseCode.ProtocolError, continues ? "message not continued" : "nothing to continue");
        }
        if (_payloadLength > maxMessageSize - _messageLength)
        {
            return TooBig();
        }
        if (++_fragments > FreeFragments + (_messageLength / BytesPerFragment))
        {
            return Break(GoHubCloseCode.PolicyViolation, "too many fragments");
        }
        if (!continues)
        {
            _messageOpcode = _opcode;
            _compressed = compressed;
        }
        _inPayload = true;
        return FrameProgress.Message;
    }

    private void TakePayload(ref ReadOnlySpan<byte> input)
    {
        var count = (int)Math.Min(_payloadLength - _payloadDone, input.Length);
        var target = IsControl(_opcode) ? _control.AsSpan((int)_payloadDone) : Room(count);
        FrameMask.CopyUnmasked(input[..count], target, _mask, _payloadDone);
        _payloadDone += count;
        if (!IsControl(_opcode))
        {
            _messageLength += count;
        }
        input = input[count..];
    }

    private Span<byte> Room(int count)
    {
        var needed = _messageLength + count;
        if (_message is null || _message.Length < needed)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Min(maxMessageSize, _message is null ? FirstRent : _message.Length * 2)));
            if (_message is { } old)
            {
                old.AsSpan(0, _messageLength).CopyTo(grown);
                ArrayPool<byte>.Shared.Return(old);
            }
            _message = grown;
        }
        return _message.AsSpan(_messageLength);
    }

    private FrameProgress TooBig() => Break(GoHubCloseCode.MessageTooBig, "message above " + maxMessageSize + " bytes");

    /// <summary>Puts what the message says in the place of its compressed bytes.</summary>
    private bool Inflate()
    {
        var result = MessageInflater.Inflate(_message.AsMemory(0, _messageLength), maxMessageSize, out var inflated, out var length);
        if (result != InflateResult.Done)
        {
            // RFC 7692 names no code; 1007 is for data that is not what its kind of message asks for (RFC 6455 §7.4.1), and what other servers answer.
            _ = result == InflateResult.TooBig ? TooBig() : Break(GoHubCloseCode.InvalidPayload, "compressed data is broken");
            return false;
        }
        if (_message is { } compressed)
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
        (_message, _messageLength, _compressed) = (inflated, length, false);
        return true;
    }

    private bool CheckText(bool whole)
    {
        if (_messageOpcode != FrameOpcode.Text || _compressed)
        {
            return true;
        }
        var fresh = _message.AsSpan(_validText, _messageLength - _validText);
        var valid = whole ? (Utf8.IsValid(fresh) ? fresh.Length : -1) : Utf8Progress.Validate(fresh);
        if (valid < 0)
        {
            Violation = (GoHubCloseCode.InvalidPayload, "text is not UTF-8");
            return false;
        }
        _validText += valid;
        return true;
    }

    [System.Runtime.CompilerServices.InlineArray(LongestHeader)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
