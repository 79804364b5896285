namespace GoHub.Client.Connecting;

/// <summary>How a connection ended, or the attempt at one.</summary>
internal sealed record ConnectionEnd
{
    /// <summary>Of the server's close frame; null if none came.</summary>
    public int? CloseCode { get; init; }

    /// <summary>Of that frame, or in this client's words.</summary>
    public string? Reason { get; init; }

    public Exception? Error { get; init; }

    /// <summary>When to come back, as the notice <c>reconnect</c> asks.</summary>
    public TimeSpan? Hint { get; init; }

    /// <summary>How long the server has been talking; null if it never said anything.</summary>
    public TimeSpan? Life { get; init; }

    /// <summary>Whether there was a connection at all.</summary>
    public bool WasOpen { get; init; }

    /// <summary>Whether this client ended it, to come back as the user of a new token.</summary>
    public bool IsForNewUser { get; init; }
}
