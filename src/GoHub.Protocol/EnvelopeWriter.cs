using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GoHub.Protocol;

/// <summary>Writes envelopes in the field order of the Go original (hub/message.go).</summary>
/// <remarks>
/// Owner: the thread that rented it. One lives per thread and is used again, so that a reply allocates no writer.
/// Use: <see cref="Begin"/>, write one JSON value to <see cref="Json"/>, <see cref="End"/>.
/// </remarks>
internal sealed class EnvelopeWriter
{
    // Escapes only what JSON must; the text goes into a WebSocket frame, never into HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Above this a buffer is not kept: one large message must not stay in every thread.
    private const int LargestKeptBytes = 256 * 1024;

    [ThreadStatic]
    private static EnvelopeWriter? s_rented;

    private ArrayBufferWriter<byte> _buffer = new(512);

    private EnvelopeWriter() => Json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>Takes the value of <c>data</c> between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public Utf8JsonWriter Json { get; private set; }

    /// <summary>The writer of this thread, with <paramref name="reserve"/> bytes left free in front for a frame header. Not to be held across an await.</summary>
    public static EnvelopeWriter Rent(int reserve)
    {
        var writer = s_rented ?? new EnvelopeWriter();
        s_rented = null;
        writer._buffer.ResetWrittenCount();
        writer._buffer.GetSpan(reserve);
        writer._buffer.Advance(reserve);
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
        s_rented = this;
    }

    /// <summary>Writes everything before the value of <c>data</c>.</summary>
    public void Begin(string type)
    {
        Json.WriteStartObject();
        Json.WriteNumber("message_id"u8, 0);
        Json.WriteString("message_type"u8, type);
        Json.WritePropertyName("data"u8);
    }

    /// <summary>Writes everything after it and returns the whole, the reserve in front included; valid until <see cref="Return"/>.</summary>
    public Span<byte> End(string? clientId, long timestamp, ReadOnlySpan<byte> requestId)
    {
        if (clientId is not null)
        {
            Json.WriteString("client_id"u8, clientId);
        }
        Json.WriteNumber("timestamp"u8, timestamp);
        if (!requestId.IsEmpty)
        {
            Json.WritePropertyName("request_id"u8);
            Json.WriteRawValue(requestId, skipInputValidation: true);
        }
        Json.WriteEndObject();
        Json.Flush();
        return System.Runtime.InteropServices.MemoryMarshal.AsMemory(_buffer.WrittenMemory).Span;
    }
}
