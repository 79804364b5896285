using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Protocol;

namespace GoHub.Client.Messages;

/// <summary>Writes what a client sends.</summary>
/// <remarks>Threads: any; each has a writer of its own.</remarks>
internal static class ClientEnvelope
{
    /// <summary>An envelope with data.</summary>
    /// <param name="id">Its <c>message_id</c>; 0 for none.</param>
    /// <param name="type">Its <c>message_type</c>.</param>
    /// <param name="data">Its <c>data</c>.</param>
    /// <param name="info">How the data is written.</param>
    /// <param name="time">Its <c>timestamp</c>.</param>
    public static byte[] Write<T>(long id, string type, T data, JsonTypeInfo<T> info, TimeProvider time)
    {
        var writer = EnvelopeWriter.Rent(0, Prefix(id, type, "\",\"data\":"));
        JsonSerializer.Serialize(writer.Json, data, info);
        return End(writer, time);
    }

    /// <summary>An envelope without data.</summary>
    public static byte[] Write(long id, string type, TimeProvider time) => End(EnvelopeWriter.Rent(0, Prefix(id, type, "\"")), time);

    /// <summary>A message to a room.</summary>
    public static byte[] WriteRoomMessage<T>(long id, string roomId, T content, JsonTypeInfo<T> info, TimeProvider time)
    {
        var writer = EnvelopeWriter.Rent(0, Prefix(id, MessageTypes.RoomMessage, "\",\"data\":"));
        writer.Json.WriteStartObject();
        writer.Json.WriteString("room_id"u8, roomId);
        writer.Json.WritePropertyName("content"u8);
        JsonSerializer.Serialize(writer.Json, content, info);
        writer.Json.WriteEndObject();
        return End(writer, time);
    }

    private static byte[] Prefix(long id, string type, string rest) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"message_id\":{id},\"message_type\":\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(type)}{rest}"));

    private static byte[] End(EnvelopeWriter writer, TimeProvider time)
    {
        var envelope = writer.End(null, time.GetUtcNow().ToUnixTimeMilliseconds(), default).ToArray();
        writer.Return();
        return envelope;
    }
}
