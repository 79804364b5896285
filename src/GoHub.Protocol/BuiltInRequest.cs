using System.Text.Json;

namespace GoHub.Protocol;

/// <summary>The fields that built-in messages know, read from <c>data</c> in one pass.</summary>
/// <remarks>Raw fields are slices of the message and valid as long as it is. What is absent is null or empty; a content of null is a content.</remarks>
internal struct BuiltInRequest
{
    public string? RoomId;
    public string? TargetId;
    public string? Name;
    public string? Token;
    public int? MaxClients;
    public ReadOnlyMemory<byte> Content;
    public ReadOnlyMemory<byte> Ts;

    /// <summary>Reads <paramref name="data"/>, JSON that was checked before.</summary>
    /// <returns>Null, or the sentence that says which field is wrong.</returns>
    public static string? Read(ReadOnlyMemory<byte> data, out BuiltInRequest request)
    {
        request = default;
        if (data.IsEmpty)
        {
            return null;
        }
        var reader = new Utf8JsonReader(data.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TokenType == JsonTokenType.Null ? null : "The field 'data' must be an object.";
        }
        string? fault = null;
        try
        {
            while (fault is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                fault = request.ReadField(ref reader, data);
            }
            return fault;
        }
        catch (InvalidOperationException)
        {
            return "A text in 'data' is not valid Unicode: it holds half a surrogate pair.";
        }
    }

    private string? ReadField(ref Utf8JsonReader reader, ReadOnlyMemory<byte> data)
    {
        if (reader.ValueTextEquals("room_id"u8))
        {
            return ReadText(ref reader, "room_id", out RoomId);
        }
        if (reader.ValueTextEquals("content"u8))
        {
            Content = Raw(ref reader, data);
            return null;
        }
        if (reader.ValueTextEquals("target_id"u8))
        {
            return ReadText(ref reader, "target_id", out TargetId);
        }
        if (reader.ValueTextEquals("name"u8))
        {
            return ReadText(ref reader, "name", out Name);
        }
        if (reader.ValueTextEquals("token"u8))
        {
            return ReadText(ref reader, "token", out Token);
        }
        if (reader.ValueTextEquals("ts"u8))
        {
            Ts = Raw(ref reader, data);
            return reader.TokenType is JsonTokenType.Number or JsonTokenType.Null ? null : "The field 'ts' must be a number of milliseconds.";
        }
        if (reader.ValueTextEquals("max_clients"u8))
        {
            return ReadLimit(ref reader);
        }
        reader.Read();
        reader.Skip();
        return null;
    }

    private string? ReadLimit(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var number) || number < 0)
        {
            return "The field 'max_clients' must be a whole number from 0 (no limit) up.";
        }
        MaxClients = number;
        return null;
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> data)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return data[start..(int)reader.BytesConsumed];
    }

    private static string? ReadText(ref Utf8JsonReader reader, string field, out string? value)
    {
        value = null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }
        if (reader.TokenType == JsonTokenType.String)
        {
            value = reader.GetString();
            return null;
        }
        reader.Skip();
        return $"The field '{field}' must be a string.";
    }
}
