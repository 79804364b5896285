using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Client.Messages;

namespace GoHub.Client;

/// <summary>A message from the server.</summary>
/// <remarks>Threads: any. It owns its bytes, and does not change.</remarks>
public sealed class GoHubClientMessage
{
    private readonly JsonSerializerOptions _json;

    internal GoHubClientMessage(string type, ReadOnlyMemory<byte> data, string? clientId, long timestamp, JsonSerializerOptions json, int missed = 0) =>
        (Type, Data, ClientId, UnixTime, _json, Missed) = (type, data, clientId, timestamp, json, missed);

    /// <summary>Its <c>message_type</c>.</summary>
    public string Type { get; }

    /// <summary>The JSON of its <c>data</c>; empty if it has none.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The connection of the client that sent it; null if it is the server's own.</summary>
    public string? ClientId { get; }

    /// <summary>The user that sent it, or its connection if it is anonymous; null if the server did.</summary>
    public string? SenderId => Fields.SenderId;

    /// <summary>The room it belongs to, if any.</summary>
    public string? RoomId => Fields.RoomId;

    /// <summary>When the server sent it, by the server's clock; null if it does not say.</summary>
    public DateTimeOffset? Timestamp => UnixTime is > 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(UnixTime) : null;

    /// <summary>How many messages were lost right before this one, because this enumeration was read too slowly; see <see cref="GoHubClientOptions.MaxBuffered"/>. Else 0.</summary>
    public int Missed { get; }

    internal MessageFields Fields => field ??= MessageFields.Read(Data);

    private long UnixTime { get; }

    /// <summary>Its <c>data</c>.</summary>
    /// <exception cref="JsonException">The data does not fit.</exception>
    /// <exception cref="NotSupportedException">Nothing tells how to read <typeparamref name="T"/>: add a source-generated context to <see cref="GoHubClientOptions.Json"/>.</exception>
    public T? Read<T>() => Read(_json.Info<T>());

    /// <summary>Its <c>data</c>, read as <paramref name="info"/> says.</summary>
    /// <exception cref="JsonException">The data does not fit.</exception>
    public T? Read<T>(JsonTypeInfo<T> info) => Read(Data, info);

    /// <summary>The <c>content</c> of a room message or a direct message.</summary>
    /// <exception cref="JsonException">The content does not fit.</exception>
    /// <exception cref="NotSupportedException">Nothing tells how to read <typeparamref name="T"/>: add a source-generated context to <see cref="GoHubClientOptions.Json"/>.</exception>
    public T? Content<T>() => Content(_json.Info<T>());

    /// <summary>The <c>content</c>, read as <paramref name="info"/> says.</summary>
    /// <exception cref="JsonException">The content does not fit.</exception>
    public T? Content<T>(JsonTypeInfo<T> info) => Read(Fields.Content, info);

    /// <summary>The same message, for an enumeration that has lost some before it.</summary>
    internal GoHubClientMessage After(int missed) => new(Type, Data, ClientId, UnixTime, _json, missed);

    internal static T? Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> info) => JsonSerializer.Deserialize(json.IsEmpty ? "null"u8 : json.Span, info);
}
