using Microsoft.Extensions.Logging;

namespace GoHub.Transport;

/// <summary>What the transport has to say.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Error, "A loop's work failed; the loop goes on.")]
    public static partial void LoopFault(ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "Connections are turned away: {Problem}. {Advice}")]
    public static partial void AcceptFault(ILogger logger, string problem, string advice);

    [LoggerMessage(3, LogLevel.Debug, "Connection {Id} was lost: {Problem}")]
    public static partial void ConnectionLost(ILogger logger, string id, string problem);
}
