using System.Text.Json;
using GoHub.Protocol;

namespace GoHub.Client.Messages;

/// <summary>The parts of an envelope from the server, found in one pass over its bytes.</summary>
/// <param name="Type">Its <c>message_type</c>.</param>
/// <param name="Data">The JSON of <c>data</c>, a slice of the message; empty if absent.</param>
/// <param name="RequestId">The <c>message_id</c> it answers, if that is a number above 0; else 0.</param>
/// <param name="ClientId">The sender's connection, if it names one.</param>
/// <param name="Timestamp">Unix milliseconds; 0 if absent.</param>
internal readonly record struct ServerEnvelope(string Type, ReadOnlyMemory<byte> Data, long RequestId, string? ClientId, long Timestamp)
{
    // A server passes on content of 32 levels, inside of data and the envelope.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EnvelopeReader.MaxDepth + 2 };

    /// <returns>False if that is no JSON object with a <c>message_type</c>.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, out ServerEnvelope envelope)
    {
        envelope = new ServerEnvelope("", default, 0, null, 0);
        var reader = new Utf8JsonReader(utf8.Span, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadField(ref reader, utf8, ref envelope);
            }
            // Reading on past the end finds anything that trails the object.
            return !reader.Read() && envelope.Type.Length > 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair, which is no text.
            return false;
        }
    }

    private static void ReadField(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8, ref ServerEnvelope envelope)
    {
        if (reader.ValueTextEquals("message_type"u8))
        {
            envelope = envelope with { Type = Text(ref reader) ?? "" };
        }
        else if (reader.ValueTextEquals("request_id"u8))
        {
            envelope = envelope with { RequestId = Number(ref reader) };
        }
        else if (reader.ValueTextEquals("timestamp"u8))
        {
            envelope = envelope with { Timestamp = Number(ref reader) };
        }
        else if (reader.ValueTextEquals("client_id"u8))
        {
            envelope = envelope with { ClientId = Text(ref reader) };
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

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }
        reader.Skip();
        return null;
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return number;
        }
        reader.Skip();
        return 0;
    }
}
