using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Bus;

namespace GoHub.Cluster;

/// <summary>Writes what nodes tell each other, and counts what the bus takes.</summary>
/// <remarks>Threads: any. Without a bus nothing is sent.</remarks>
internal sealed class ControlLine(ulong self, BusSubjects subjects, IClusterBus? bus, ClusterMetrics metrics)
{
    public BusPublish Publish(string subject, byte[] frame, ulong correlation = 0)
    {
        var result = bus?.TryPublish(subject, frame, correlation) ?? BusPublish.Down;
        metrics.Published(result);
        return result;
    }

    /// <param name="effect">One of those that begin with "Send".</param>
    public BusPublish Send(Effect effect) => effect switch
    {
        Effect.SendHeartbeat(var to, var heartbeat) => Send(to, BusFrameKind.Heartbeat, 0, heartbeat, ControlJson.Default.Heartbeat),
        Effect.SendCommand(var to, var correlation, var command) => Send(to, BusFrameKind.Command, correlation, command, ControlJson.Default.NodeCommand),
        Effect.SendReply(var to, var correlation, var reply) => Send(to, BusFrameKind.Reply, correlation, reply, ControlJson.Default.NodeReply),
        _ => Publish(subjects.Node(self), BusFrame.Write(BusFrameKind.Probe, self, [], [])),
    };

    private BusPublish Send<T>(ulong? to, BusFrameKind kind, ulong correlation, T body, JsonTypeInfo<T> info)
    {
        var frame = BusFrame.Write(kind, self, [], JsonSerializer.SerializeToUtf8Bytes(body, info), correlation: correlation);
        return Publish(to is { } one ? subjects.Node(one) : subjects.Control, frame, kind == BusFrameKind.Command && to is not null ? correlation : 0);
    }
}
