using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Protocol;

namespace GoHub.Connections;

/// <summary>Encodes envelopes, each once for however many receivers.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class FrameEncoder(TimeProvider time)
{
    private static readonly byte[] PongPrefix = EnvelopeWriter.Prefix(MessageTypes.Pong);
    private static readonly byte[] ErrorPrefix = EnvelopeWriter.Prefix(MessageTypes.Error);

    /// <summary>Writes the value of <c>data</c>.</summary>
    public delegate void DataWriter<TState>(Utf8JsonWriter json, TState state);

    /// <param name="prefix">See <see cref="EnvelopeWriter.Prefix"/>.</param>
    /// <param name="state">For <paramref name="write"/>.</param>
    /// <param name="write">Writes the value of <c>data</c>.</param>
    /// <param name="clientId">The connection it comes from, if any.</param>
    /// <param name="requestId">JSON of the id it answers, if any.</param>
    public EncodedMessage Encode<TState>(ReadOnlySpan<byte> prefix, TState state, DataWriter<TState> write, string? clientId = null, ReadOnlySpan<byte> requestId = default) =>
        Finish(EnvelopeWriter.Rent(OutboundFrame.HeaderReserve, prefix), state, write, clientId, requestId);

    public EncodedMessage Encode<T>(string type, T data, JsonTypeInfo<T> info, string? clientId = null, ReadOnlySpan<byte> requestId = default) =>
        Finish(EnvelopeWriter.RentFor(OutboundFrame.HeaderReserve, type), (data, info), static (json, s) => JsonSerializer.Serialize(json, s.data, s.info), clientId, requestId);

    public EncodedMessage EncodeObject(byte[] prefix, object? data, JsonTypeInfo info, ReadOnlySpan<byte> requestId) => data is string text && ReferenceEquals(info.Converter, JsonMetadataServices.StringConverter)
        ? Encode(prefix, text, static (json, text) => json.WriteStringValue(text), null, requestId)
        : Encode(prefix, (data, info), static (json, s) => JsonSerializer.Serialize(json, s.data, s.info), null, requestId);

    /// <summary>Data that is JSON already, written as it is.</summary>
    public EncodedMessage EncodeRaw(string type, ReadOnlyMemory<byte> data, string? clientId = null, ReadOnlySpan<byte> requestId = default) =>
        Finish(EnvelopeWriter.RentFor(OutboundFrame.HeaderReserve, type), data, static (json, raw) => WriteRaw(json, raw.Span), clientId, requestId);

    /// <summary>A <c>room_message</c> or <c>direct_message</c>: the content as the sender wrote it, and who that was.</summary>
    public EncodedMessage EncodeContent(byte[] prefix, string? roomId, ReadOnlyMemory<byte> content, GoHubConnection sender) =>
        Encode(prefix, (roomId, content, sender, now: Now()), static (json, m) =>
        {
            json.WriteStartObject();
            if (m.roomId is not null)
            {
                json.WriteString("room_id"u8, m.roomId);
            }
            json.WritePropertyName("content"u8);
            WriteRaw(json, m.content.Span);
            json.WriteString("sender_id"u8, m.sender.UserId ?? m.sender.ConnectionId);
            json.WriteNumber("timestamp"u8, m.now);
            json.WriteEndObject();
        }, sender.ConnectionId);

    /// <summary>A <c>pong</c>: <c>ts</c> as it came, the node's time, and their difference, which is a round trip only where both clocks agree.</summary>
    public EncodedMessage EncodePong(ReadOnlyMemory<byte> ts, ReadOnlySpan<byte> requestId) =>
        Encode(PongPrefix, (ts, now: Now()), static (json, p) =>
        {
            json.WriteStartObject();
            if (!p.ts.IsEmpty)
            {
                json.WritePropertyName("ts"u8);
                WriteRaw(json, p.ts.Span);
            }
            json.WriteNumber("server_ts"u8, p.now);
            json.WriteNumber("rtt"u8, long.TryParse(p.ts.Span, out var sent) && sent > 0 && sent < p.now ? p.now - sent : 0);
            json.WriteEndObject();
        }, null, requestId);

    /// <summary>An <c>error</c>: the request's id stands in the envelope and, as the Go original's clients expect, in <c>data</c>.</summary>
    public EncodedMessage EncodeError(GoHubErrorCode code, string message, ReadOnlyMemory<byte> requestId, string? details = null) =>
        Encode(ErrorPrefix, (code, message, requestId, details), static (json, e) =>
        {
            json.WriteStartObject();
            json.WriteNumber("code"u8, (int)e.code);
            json.WriteString("message"u8, e.message);
            json.WritePropertyName("request_id"u8);
            WriteRaw(json, e.requestId.IsEmpty ? "0"u8 : e.requestId.Span);
            if (e.details is not null)
            {
                json.WriteString("details"u8, e.details);
            }
            json.WriteEndObject();
        }, null, requestId.Span);

    private EncodedMessage Finish<TState>(EnvelopeWriter writer, TState state, DataWriter<TState> write, string? clientId, ReadOnlySpan<byte> requestId)
    {
        // A writer is lost to the thread if this throws, which is what half a message in it should come to.
        write(writer.Json, state);
        return new EncodedMessage(writer, writer.End(clientId, Now(), requestId));
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> raw) =>
        json.WriteRawValue(raw.IsEmpty ? "null"u8 : raw, skipInputValidation: true);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
