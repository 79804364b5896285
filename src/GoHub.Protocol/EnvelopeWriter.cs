using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GoHub.Protocol;

/// <summary>Writes envelopes in the field order of the Go original (hub/message.go).</summary>
/// <remarks>
/// Owner: the thread that rented it. One lives per thread and is used again, so that a reply allocates no writer.
/// Use: <see cref="Rent"/>, write one JSON value to <see cref="Json"/>, <see cref="End"/>, <see cref="Return"/>.
/// </remarks>
internal sealed class EnvelopeWriter
{
    // Escapes only what JSON must; the text goes into a WebSocket frame, never into HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // What most types consist of.
    private static readonly SearchValues<char> NeverEscaped = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/ ");

    // Above this a buffer is not kept: one large message must not stay in every thread.
    private const int LargestKeptBytes = 256 * 1024;

    [ThreadStatic]
    private static EnvelopeWriter? _rented;

    private ArrayBufferWriter<byte> _buffer = new(512);

    private EnvelopeWriter() => Json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>Takes the value of <c>data</c> between <see cref="Rent"/> and <see cref="End"/>.</summary>
    public Utf8JsonWriter Json { get; private set; }

    private static ReadOnlySpan<byte> BeforeType => "{\"message_id\":0,\"message_type\":\""u8;

    private static ReadOnlySpan<byte> BeforeData => "\",\"data\":"u8;

    /// <summary>Everything before the value of <c>data</c>, for a type that is sent often: made once.</summary>
    public static byte[] Prefix(string type) => [.. BeforeType, .. Escaped(type), .. BeforeData];

    /// <summary>The writer of this thread, with <paramref name="reserve"/> bytes left free in front for a frame header and the <see cref="Prefix"/> behind them. Not to be held across an await.</summary>
    public static EnvelopeWriter Rent(int reserve, ReadOnlySpan<byte> prefix)
    {
        var writer = Take(reserve);
        writer._buffer.Write(prefix);
        writer.Json.Reset(writer._buffer);
        return writer;
    }

    /// <summary>As <see cref="Rent"/>, for a type whose prefix nobody has made.</summary>
    public static EnvelopeWriter RentFor(int reserve, string type)
    {
        var writer = Take(reserve);
        writer._buffer.Write(BeforeType);
        if (type.AsSpan().ContainsAnyExcept(NeverEscaped))
        {
            writer._buffer.Write(Escaped(type));
        }
        else
        {
            writer._buffer.Advance(Encoding.UTF8.GetBytes(type, writer._buffer.GetSpan(type.Length)));
        }
        writer._buffer.Write(BeforeData);
        writer.Json.Reset(writer._buffer);
        return writer;
    }

    /// <summary>Gives the writer back, for the next message of this thread.</summary>
    public void Return()
    {
        if (_buffer.Capacity > LargestKeptBytes)
        {
            _buffer = new ArrayBufferWriter<byte>(512);
            Json = new Utf8JsonWriter(_buffer, Options);
        }
        _rented = this;
    }

    /// <summary>Writes everything after the value of <c>data</c> and returns the whole, the reserve in front included; valid until <see cref="Return"/>.</summary>
    /// <param name="clientId">A connection id, which needs no escapes; null for none.</param>
    /// <param name="timestamp">Unix milliseconds.</param>
    /// <param name="requestId">JSON; empty for none.</param>
    public Span<byte> End(string? clientId, long timestamp, ReadOnlySpan<byte> requestId)
    {
        Json.Flush();
        if (clientId is not null)
        {
            _buffer.Write(",\"client_id\":\""u8);
            _buffer.Advance(Encoding.UTF8.GetBytes(clientId, _buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(clientId.Length))));
            _buffer.Write("\""u8);
        }
        _buffer.Write(",\"timestamp\":"u8);
        timestamp.TryFormat(_buffer.GetSpan(20), out var digits, provider: CultureInfo.InvariantCulture);
        _buffer.Advance(digits);
        if (!requestId.IsEmpty)
        {
            _buffer.Write(",\"request_id\":"u8);
            _buffer.Write(requestId);
        }
        _buffer.Write("}"u8);
        return MemoryMarshal.AsMemory(_buffer.WrittenMemory).Span;
    }

    private static EnvelopeWriter Take(int reserve)
    {
        var writer = _rented ?? new EnvelopeWriter();
        _rented = null;
        writer._buffer.ResetWrittenCount();
        writer._buffer.GetSpan(reserve);
        writer._buffer.Advance(reserve);
        return writer;
    }

    private static ReadOnlySpan<byte> Escaped(string type) => JsonEncodedText.Encode(type, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
}
