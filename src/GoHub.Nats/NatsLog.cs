using Microsoft.Extensions.Logging;

namespace GoHub.Nats;

/// <summary>What the bus logs. That it is up or down, the node says.</summary>
internal static partial class NatsLog
{
    [LoggerMessage(1, LogLevel.Warning, "No NATS server can be reached ({Why}); trying until one can")]
    public static partial void Unreachable(ILogger logger, string why);

    [LoggerMessage(2, LogLevel.Error, "{Sentence}")]
    public static partial void Refused(ILogger logger, string sentence);

    [LoggerMessage(3, LogLevel.Error, "The NATS server at {Server} says: {Error}")]
    public static partial void ServerError(ILogger logger, string server, string error);

    [LoggerMessage(4, LogLevel.Error, "Taking a frame failed")]
    public static partial void ReceiverThrew(ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The seats of rooms cannot be kept by NATS: JetStream of {Server} says: {Why}")]
    public static partial void NoSeats(ILogger logger, string server, string why);

    [LoggerMessage(7, LogLevel.Critical, "The bus has stopped: a fault of its own")]
    public static partial void Stopped(ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Closing a connection to NATS failed")]
    public static partial void CloseFailed(ILogger logger, Exception exception);
}
