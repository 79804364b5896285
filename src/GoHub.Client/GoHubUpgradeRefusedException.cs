namespace GoHub.Client;

/// <summary>An HTTP server answered the upgrade request with a status of its own.</summary>
public sealed class GoHubUpgradeRefusedException : Exception
{
    /// <summary>Makes one; for those who write a <see cref="GoHubClientOptions.WebSocketFactory"/>.</summary>
    /// <param name="statusCode">The status it answered with.</param>
    /// <param name="retryAfter">What its <c>Retry-After</c> asks for, if it sent one.</param>
    /// <param name="innerException">What the platform threw.</param>
    public GoHubUpgradeRefusedException(int statusCode, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base($"The server refused the connection with HTTP status {statusCode}{Meaning(statusCode)}.", innerException) =>
        (StatusCode, RetryAfter) = (statusCode, retryAfter);

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>How long the server wants to be left alone; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    // The bodies are not shown by the platform, so these say what docs/protocol.md does.
    private static string Meaning(int status) => status switch
    {
        401 => ": the token is missing or is not accepted",
        403 => ": this origin may not connect",
        404 => ": there is no hub at this address",
        426 => ": it speaks another version of WebSocket",
        429 => ": too many connections from this address or of this user",
        503 => ": it is full, or stopping, or too many connect at once",
        >= 200 and < 400 => ": what is there is no WebSocket endpoint",
        _ => "",
    };
}
