using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Protocol;

namespace GoHub.Binding;

/// <summary>Thrown where a message's <c>data</c> does not fit its handler; answered with error 1001.</summary>
internal sealed class MessageDataException(string message) : Exception(message);

/// <summary>Reads <c>data</c> as a handler's type.</summary>
internal static class MessageData
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    public static T Read<T>(ReadOnlyMemory<byte> data, JsonTypeInfo<T> info, bool optional)
    {
        ThrowIfNoText(data.Span);
        if (typeof(T) == typeof(JsonElement))
        {
            var element = data.IsEmpty ? Null : JsonElement.Parse(data.Span);
            return (T)(object)element;
        }
        // What chats send most needs no serializer.
        if (typeof(T) == typeof(string) && data.Span is [(byte)'"', .. var text, (byte)'"'] && text.IndexOf((byte)'\\') < 0 && ReferenceEquals(info.Converter, JsonMetadataServices.StringConverter))
        {
            return (T)(object)Encoding.UTF8.GetString(text);
        }
        try
        {
            var value = data.IsEmpty ? default : JsonSerializer.Deserialize(data.Span, info);
            if (optional || (value is not null && !data.IsEmpty))
            {
                return value!;
            }
        }
        catch (JsonException e)
        {
            throw new MessageDataException($"The field 'data' does not fit: {Where(e)}");
        }
        throw new MessageDataException("The field 'data' is missing.");
    }

    // A JsonElement reads its strings only when asked: half a surrogate pair in one of them would throw in the handler, or in writing its result.
    private static void ThrowIfNoText(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\\u"u8) < 0)
        {
            return;
        }
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = EnvelopeReader.MaxDepth });
        var text = new byte[data.Length];
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.CopyString(text);
                }
            }
        }
        catch (InvalidOperationException)
        {
            throw new MessageDataException("The field 'data' holds half of a surrogate pair, which is no text.");
        }
    }

    // The library's own text names the server's types; the path and, for a missing field, its name are enough for a client.
    private static string Where(JsonException e)
    {
        var missing = e.Message.IndexOf("missing required properties", StringComparison.Ordinal);
        if (missing >= 0)
        {
            var names = e.Message.IndexOf(": ", missing, StringComparison.Ordinal);
            return "missing " + e.Message[(names + 2)..];
        }
        return $"wrong value at {e.Path ?? "$"}";
    }
}
