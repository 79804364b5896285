using Microsoft.Extensions.Logging;

namespace GoHub.Redis;

/// <summary>Log lines of the Redis bus. That it is up or down is told to the node, which logs it.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(1, LogLevel.Warning, "Redis cannot be reached: {Why}. Trying again")]
    public static partial void NoConnection(ILogger logger, string why);

    [LoggerMessage(2, LogLevel.Error, "Redis does not let this user subscribe to {Subject}")]
    public static partial void SubscriptionRefused(ILogger logger, string subject);

    [LoggerMessage(3, LogLevel.Error, "Redis answers with an error: {Error}")]
    public static partial void Refused(ILogger logger, string error);
}
