using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>Frames as a line of a trace.</summary>
internal static class SimText
{
    public static string Of(object? body) => body switch
    {
        Heartbeat beat => $"beat {beat.State}{(beat.Hello ? " hello" : "")} {beat.Directory & 0xFFFF:x4}",
        NodeCommand command => $"{command.Operation} {command.Room}{command.User} {command.Reason} {Of(command.Entries)}",
        NodeReply reply => $"reply {reply.Room}{(reply.More ? " more" : "")} {string.Join(',', (reply.Members ?? []).Select(m => m.ConnectionId))} {Of(reply.Entries)}",
        _ => "",
    };

    private static string Of(ReplicaEntry[]? entries) => entries is null ? "" : "[" + string.Join("; ", entries.Select(Of)) + "]";

    public static string Of(ReplicaEntry entry) => entry switch
    {
        RoomEntry room => $"{room.Id} epoch {room.Epoch} by {room.Creator}{(room.Deleted ? " deleted" : "")}",
        _ => entry.Content().ReplaceLineEndings(" "),
    };
}
