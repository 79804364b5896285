using Microsoft.Extensions.Logging;

namespace GoHub.Diagnostics;

/// <summary>Every log line of the framework. None holds a token or a payload; what users chose is cut by <see cref="Safe"/>.</summary>
internal static partial class Log
{
    private const int LongestUserText = 128;

    /// <summary>User-chosen text for a log: at most 128 characters, control characters replaced.</summary>
    public static string Safe(string? text)
    {
        if (text is null)
        {
            return "";
        }
        var length = Math.Min(text.Length, LongestUserText);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }
        var cut = length < text.Length ? string.Concat(text.AsSpan(0, length), "…") : text;
        return string.Create(cut.Length, cut, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = BreaksLine(source[i]) ? '?' : source[i];
            }
        });
    }

    private static bool BreaksLine(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    [LoggerMessage(1, LogLevel.Debug, "Connection {ConnectionId} opened by {UserId} from {Address}, request {RequestId}")]
    public static partial void ConnectionOpened(ILogger logger, string connectionId, string userId, System.Net.IPAddress? address, string requestId);

    [LoggerMessage(2, LogLevel.Debug, "Connection {ConnectionId} ended: {Code} {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string connectionId, int code, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Connection lost")]
    public static partial void ConnectionLost(ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Information, "Upgrade from {Address} refused with {Status}: {Why}")]
    public static partial void UpgradeRefused(ILogger logger, string address, int status, string why);

    [LoggerMessage(5, LogLevel.Debug, "Token refused: {Why}")]
    public static partial void TokenRefused(ILogger logger, string why);

    [LoggerMessage(6, LogLevel.Error, "The handler of '{Type}' threw for connection {ConnectionId}, message {MessageId}")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string type, string connectionId, string messageId);

    [LoggerMessage(7, LogLevel.Warning, "The handler of '{Type}' took longer than {Timeout} for connection {ConnectionId}")]
    public static partial void HandlerTimedOut(ILogger logger, string type, TimeSpan timeout, string connectionId);

    [LoggerMessage(8, LogLevel.Error, "A subscriber of {Event} threw")]
    public static partial void SubscriberFailed(ILogger logger, Exception exception, string @event);

    [LoggerMessage(9, LogLevel.Warning, "A subscriber of {Event} is too slow; events are dropped")]
    public static partial void SubscriberTooSlow(ILogger logger, string @event);

    [LoggerMessage(10, LogLevel.Information, "Draining {Count} connections at {Rate} a second")]
    public static partial void DrainStarted(ILogger logger, int count, int rate);

    [LoggerMessage(11, LogLevel.Information, "Drained; {Left} connections left")]
    public static partial void DrainEnded(ILogger logger, int left);

    [LoggerMessage(12, LogLevel.Error, "A connection failed in a way that is the node's own fault")]
    public static partial void ConnectionFaulted(ILogger logger, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "Connection {ConnectionId} closed: {Reason}")]
    public static partial void ConnectionCutOff(ILogger logger, string connectionId, string reason);

    [LoggerMessage(14, LogLevel.Error, "The sweep of a connection failed; the others are swept")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Debug, "Gave back the memory of {Connects} connects, in {Milliseconds} ms")]
    public static partial void MemoryGivenBack(ILogger logger, long connects, long milliseconds);
}
