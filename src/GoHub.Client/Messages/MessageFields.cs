using System.Text.Json;

namespace GoHub.Client.Messages;

/// <summary>The fields of <c>data</c> that messages of rooms and users have.</summary>
/// <param name="RoomId">Of the room it is about.</param>
/// <param name="SenderId">The sender's user id, or connection id.</param>
/// <param name="Content">The JSON of <c>content</c>, a slice of the data; empty if absent.</param>
/// <param name="Status">Of a <c>room_left</c>.</param>
/// <param name="Reason">Of a <c>room_left</c>.</param>
internal sealed record MessageFields(string? RoomId, string? SenderId, ReadOnlyMemory<byte> Content, string? Status, string? Reason)
{
    private static readonly MessageFields None = new(null, null, default, null, null);

    /// <summary>Reads data that was checked to be JSON.</summary>
    public static MessageFields Read(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty || data.Span[0] != '{')
        {
            return None;
        }
        var reader = new Utf8JsonReader(data.Span);
        reader.Read();
        try
        {
            var fields = None;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                fields = ReadField(ref reader, data, fields);
            }
            return fields;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which is no text: an app's own message, then, and no room's.
            return None;
        }
    }

    private static MessageFields ReadField(ref Utf8JsonReader reader, ReadOnlyMemory<byte> data, MessageFields fields)
    {
        if (reader.ValueTextEquals("room_id"u8))
        {
            return fields with { RoomId = Text(ref reader) };
        }
        if (reader.ValueTextEquals("sender_id"u8))
        {
            return fields with { SenderId = Text(ref reader) };
        }
        if (reader.ValueTextEquals("status"u8))
        {
            return fields with { Status = Text(ref reader) };
        }
        if (reader.ValueTextEquals("reason"u8))
        {
            return fields with { Reason = Text(ref reader) };
        }
        var isContent = reader.ValueTextEquals("content"u8);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return isContent ? fields with { Content = data[start..(int)reader.BytesConsumed] } : fields;
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
}
