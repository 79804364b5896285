using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GoHub.Cluster;

/// <summary>Reads what nodes tell each other. Whoever may publish on the bus may have written it.</summary>
internal static class ControlReader
{
    public static Heartbeat? Heartbeat(byte[] body) => Read(body, ControlJson.Default.Heartbeat) is { Name: not null, Version: not null } heartbeat
        && heartbeat.StartedAt >= 0 && heartbeat.StartedAt <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? heartbeat : null;

    public static NodeCommand? Command(byte[] body) => Read(body, ControlJson.Default.NodeCommand) is { } command && AreSound(command.Entries) ? command : null;

    public static NodeReply? Reply(byte[] body) => Read(body, ControlJson.Default.NodeReply) is { } reply
        && AreSound(reply.Entries) && HasNoNull(reply.Rooms) && HasNoNull(reply.Members) && HasNoNull(reply.Connections) ? reply : null;

    private static T? Read<T>(byte[] body, JsonTypeInfo<T> info)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, info);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // The latter for an entry that does not say which kind it is.
            return null;
        }
    }

    /// <summary>What one node takes over, it tells all others: nothing that no node could have made.</summary>
    private static bool AreSound(ReplicaEntry[]? entries) => entries is null || Array.TrueForAll(entries, static e => e switch
    {
        RoomEntry room => GoHubRooms.IsName(room.Id) && GoHubRooms.IsName(room.Name) && room.MaxClients >= 0,
        RevocationEntry revocation => !string.IsNullOrEmpty(revocation.Subject),
        _ => false,
    });

    private static bool HasNoNull<T>(T[]? items)
        where T : class => items is null || Array.TrueForAll(items, static i => i is not null);
}
