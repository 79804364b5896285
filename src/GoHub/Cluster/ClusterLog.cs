using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>The log lines about other nodes and the bus.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(30, LogLevel.Information, "Joined the cluster '{Namespace}' by {Bus} as {Node} ({NodeId})")]
    public static partial void Joined(ILogger logger, string @namespace, string bus, string node, string nodeId);

    [LoggerMessage(31, LogLevel.Warning, "The bus is down: {Why}. Connections of this node still reach each other")]
    public static partial void BusDown(ILogger logger, string why);

    [LoggerMessage(32, LogLevel.Information, "The bus is back")]
    public static partial void BusBack(ILogger logger);

    [LoggerMessage(33, LogLevel.Information, "Node {Node} ({NodeId}) is here")]
    public static partial void NodeJoined(ILogger logger, string node, string nodeId);

    [LoggerMessage(34, LogLevel.Information, "Node {Node} ({NodeId}) has left")]
    public static partial void NodeLeft(ILogger logger, string node, string nodeId);

    [LoggerMessage(35, LogLevel.Warning, "Node {Node} ({NodeId}) has not been heard for 10 s and counts as gone")]
    public static partial void NodeDead(ILogger logger, string node, string nodeId);

    [LoggerMessage(36, LogLevel.Error, "Another node is named {Node} too ({NodeId}). Nothing depends on it, but people will mix them up: set GoHub:Cluster:NodeName")]
    public static partial void SameName(ILogger logger, string node, string nodeId);

    [LoggerMessage(37, LogLevel.Warning, "A subscription is late: {Why}")]
    public static partial void SubscriptionWaits(ILogger logger, string why);

    [LoggerMessage(38, LogLevel.Error, "A message of another node could not be delivered")]
    public static partial void DeliveryFailed(ILogger logger, Exception exception);

    [LoggerMessage(39, LogLevel.Error, "A request of another node failed: {Operation}")]
    public static partial void OperationFailed(ILogger logger, Exception exception, NodeOperation operation);

    [LoggerMessage(40, LogLevel.Warning, "The bus answers nothing any more; connecting anew")]
    public static partial void BusSilent(ILogger logger);

    [LoggerMessage(41, LogLevel.Warning, "The limits of rooms are not strict: this bus has nothing to hold them with across nodes. Joins at the same moment may exceed them. NATS needs JetStream for it")]
    public static partial void CapacityBestEffort(ILogger logger);

    [LoggerMessage(45, LogLevel.Error, "GoHub:Cluster:Capacity is 'Strict', but this {Bus} has nothing to hold the limits of rooms with: nobody is let into rooms with a limit. Turn JetStream on (nats-server -js), or set it to BestEffort")]
    public static partial void CapacityRefused(ILogger logger, string bus);

    [LoggerMessage(42, LogLevel.Error, "The work of the cluster's clock failed; it goes on")]
    public static partial void TickFailed(ILogger logger, Exception exception);

    [LoggerMessage(44, LogLevel.Warning, "The bus had lost the subscription of room {Room}; subscribed anew")]
    public static partial void Deaf(ILogger logger, string room);

    [LoggerMessage(43, LogLevel.Warning, "Frames on the bus are no frames of this version. They are dropped and counted in gohub_bus_frames_malformed_total; is another program publishing to these subjects?")]
    public static partial void Malformed(ILogger logger);
}
