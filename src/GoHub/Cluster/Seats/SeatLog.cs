using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>The log lines about seats. Each fault is said once, when it begins, not at every retry.</summary>
internal static partial class SeatLog
{
    [LoggerMessage(60, LogLevel.Warning, "The seats of rooms with a limit cannot be asked for ({Why}); joins to such rooms are refused meanwhile")]
    public static partial void StoreFailed(ILogger logger, string why);

    [LoggerMessage(61, LogLevel.Information, "The seats of rooms with a limit can be asked for again")]
    public static partial void StoreBack(ILogger logger);

    [LoggerMessage(62, LogLevel.Warning, "The seats of {Count} rooms with a limit were not confirmed for too long; nothing is delivered in these rooms until they are")]
    public static partial void LeasesLapsed(ILogger logger, int count);

    [LoggerMessage(63, LogLevel.Warning, "Room {RoomId} has {Count} members here more than this node has seats; they are removed")]
    public static partial void Evicting(ILogger logger, string roomId, int count);

    [LoggerMessage(64, LogLevel.Error, "Members of room {RoomId} that have no seat could not be removed; tried again at the next renewal")]
    public static partial void EvictFailed(ILogger logger, Exception exception, string roomId);

    [LoggerMessage(65, LogLevel.Error, "The store of seats failed in a way that is its own fault")]
    public static partial void StoreFaulted(ILogger logger, Exception exception);

    [LoggerMessage(66, LogLevel.Warning, "The seats of {Count} rooms could not be given back before the node leaves; other nodes get them when the lease ends")]
    public static partial void NotGivenBack(ILogger logger, int count);
}
