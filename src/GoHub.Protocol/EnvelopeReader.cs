using System.Text.Json;

namespace GoHub.Protocol;

/// <summary>Where the parts of one envelope lie in the bytes it was read from.</summary>
/// <param name="Type">The UTF-8 of <c>message_type</c> without quotes; escapes resolved.</param>
/// <param name="MessageId">The JSON token of <c>message_id</c> as the client wrote it (a number, or a string with its quotes); empty if absent, null, 0 or "".</param>
/// <param name="Data">The JSON of <c>data</c>; empty if absent.</param>
internal readonly record struct Envelope(ReadOnlyMemory<byte> Type, ReadOnlyMemory<byte> MessageId, ReadOnlyMemory<byte> Data);

/// <summary>Finds the parts of an envelope in one pass over its bytes; nothing is copied but an escaped type.</summary>
/// <remarks>Threads: static, any. The whole text is checked to be JSON, at most <see cref="MaxDepth"/> deep. A field given twice counts as its last.</remarks>
internal static class EnvelopeReader
{
    /// <summary>Nesting that is still read. Unit: levels. Source: security list of the design, "JSON depth ≤ 32".</summary>
    public const int MaxDepth = 32;

    /// <summary>Longest <c>message_id</c> that is echoed. Unit: bytes of JSON.</summary>
    public const int MaxMessageIdBytes = 128;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads one envelope. On failure <paramref name="problem"/> says what is wrong, and <paramref name="code"/> how it is answered; what was read until then stays in <paramref name="envelope"/>, so that an error can name the request.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, out Envelope envelope, out GoHubErrorCode code, out string problem)
    {
        code = GoHubErrorCode.InvalidFormat;
        problem = "";
        return EnvelopeScanner.TryRead(utf8, out envelope) || TryReadAny(utf8, out envelope, out code, out problem);
    }

    /// <summary>The general pass: everything that is JSON, and what is wrong with what is not.</summary>
    internal static bool TryReadAny(ReadOnlyMemory<byte> utf8, out Envelope envelope, out GoHubErrorCode code, out string problem)
    {
        envelope = default;
        code = GoHubErrorCode.InvalidFormat;
        var reader = new Utf8JsonReader(utf8.Span, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problem = "The message is not a JSON object.";
                return false;
            }
            string? fault = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadField(ref reader, utf8, ref envelope, ref code, ref fault);
            }
            // Reading on past the end finds anything that trails the object.
            while (reader.Read())
            {
            }
            problem = fault ?? (envelope.Type.IsEmpty ? "The field 'message_type' is missing." : "");
            return problem.Length == 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a lone surrogate, as in "\ud800", which is no text.
            problem = "The message is not valid JSON.";
            code = GoHubErrorCode.InvalidFormat;
            return false;
        }
    }

    private static void ReadField(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8, ref Envelope envelope, ref GoHubErrorCode code, ref string? fault)
    {
        if (reader.ValueTextEquals("message_type"u8))
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                reader.Skip();
                fault ??= "The field 'message_type' must be a string.";
                return;
            }
            envelope = envelope with { Type = Text(ref reader, utf8) };
        }
        else if (reader.ValueTextEquals("message_id"u8))
        {
            reader.Read();
            if (TryReadId(ref reader, utf8, out var id))
            {
                envelope = envelope with { MessageId = id };
                return;
            }
            fault ??= "The field 'message_id' must be a number or a string of at most 128 bytes.";
            code = GoHubErrorCode.InvalidMessageId;
        }
        else if (reader.ValueTextEquals("data"u8))
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            envelope = envelope with { Data = utf8[start..(int)reader.BytesConsumed] };
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private static bool TryReadId(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8, out ReadOnlyMemory<byte> id)
    {
        id = default;
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.Number:
            case JsonTokenType.String:
                var token = utf8[start..(int)reader.BytesConsumed];
                if (token.Length > MaxMessageIdBytes)
                {
                    return false;
                }
                // The Go original writes 0 for "none".
                id = token.Span.SequenceEqual("0"u8) || token.Span.SequenceEqual("\"\""u8) ? default : token;
                return true;
            default:
                reader.Skip();
                return false;
        }
    }

    private static ReadOnlyMemory<byte> Text(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        if (!reader.ValueIsEscaped)
        {
            // +1 and -1: without the quotes.
            return utf8[((int)reader.TokenStartIndex + 1)..((int)reader.BytesConsumed - 1)];
        }
        var unescaped = new byte[reader.ValueSpan.Length];
        return unescaped.AsMemory(0, reader.CopyString(unescaped));
    }
}
