using Microsoft.Extensions.Logging;

namespace GoHub.Client.Diagnostics;

/// <summary>Every log line of the client. None holds a token, a query or a payload; what others chose is cut by <see cref="Safe(string?)"/>.</summary>
internal static partial class ClientLog
{
    private const int LongestText = 128;

    /// <summary>Text of others for a log: at most 128 characters, control characters replaced.</summary>
    public static string Safe(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }
        var length = Math.Min(text.Length, LongestText);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }
        return string.Create(length, text, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
            }
        });
    }

    /// <summary>An address without what may be secret in it: user and query.</summary>
    public static string Safe(Uri uri) => $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath}";

    [LoggerMessage(1, LogLevel.Debug, "Connecting to {Server}, attempt {Attempt}")]
    public static partial void Connecting(ILogger logger, string server, int attempt);

    [LoggerMessage(2, LogLevel.Information, "Connected to {Server} as {ConnectionId}")]
    public static partial void Connected(ILogger logger, string server, string connectionId);

    [LoggerMessage(3, LogLevel.Information, "The connection ended: {Code} {Reason}. Next attempt in {Milliseconds} ms")]
    public static partial void ConnectionEnded(ILogger logger, int? code, string reason, long milliseconds);

    [LoggerMessage(4, LogLevel.Warning, "No connection to {Server}: {Why}. Next attempt in {Milliseconds} ms")]
    public static partial void AttemptFailed(ILogger logger, string server, string why, long milliseconds);

    [LoggerMessage(5, LogLevel.Error, "Stopped for good: {Why}")]
    public static partial void StoppedForGood(ILogger logger, string why);

    [LoggerMessage(6, LogLevel.Information, "Stopped; {Dropped} messages were waiting and are dropped")]
    public static partial void Stopped(ILogger logger, int dropped);

    [LoggerMessage(7, LogLevel.Error, "A handler of '{Type}' threw")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string type);

    [LoggerMessage(8, LogLevel.Error, "A subscriber of {Event} threw")]
    public static partial void SubscriberFailed(ILogger logger, Exception exception, string @event);

    [LoggerMessage(9, LogLevel.Warning, "A message of the server cannot be read and is passed over")]
    public static partial void BadMessage(ILogger logger);

    [LoggerMessage(10, LogLevel.Warning, "The server answered with error {Code} to a message that asked for no answer: {Sentence}")]
    public static partial void UnaskedError(ILogger logger, int code, string sentence);

    [LoggerMessage(11, LogLevel.Warning, "The room {Room} is lost: {Cause} {Reason}")]
    public static partial void RoomLost(ILogger logger, string room, GoHubRoomLoss cause, string reason);

    [LoggerMessage(12, LogLevel.Debug, "{Rooms} rooms joined again")]
    public static partial void RoomsRejoined(ILogger logger, int rooms);

    [LoggerMessage(13, LogLevel.Warning, "An enumeration is read too slowly; its oldest messages are dropped")]
    public static partial void ReaderTooSlow(ILogger logger);

    [LoggerMessage(14, LogLevel.Warning, "A message that had waited was being written when the connection was lost; it may not have arrived")]
    public static partial void MessageInDoubt(ILogger logger);

    [LoggerMessage(15, LogLevel.Warning, "{Count} waiting messages are more than may wait for a connection, and are dropped")]
    public static partial void QueueCut(ILogger logger, int count);

    [LoggerMessage(16, LogLevel.Debug, "The token was renewed")]
    public static partial void TokenRenewed(ILogger logger);

    [LoggerMessage(17, LogLevel.Warning, "The token could not be renewed: {Why}. Next attempt in {Milliseconds} ms")]
    public static partial void TokenNotRenewed(ILogger logger, string why, long milliseconds);

    [LoggerMessage(18, LogLevel.Information, "The new token is another user's; connecting anew with it")]
    public static partial void UserChanged(ILogger logger);
}
