namespace GoHub;

/// <summary>Results of a message handler that are more than a value.</summary>
/// <remarks>
/// Any other object is sent as <c>&lt;type&gt;_reply</c> with the caller's id as <c>request_id</c>, but <see cref="SendResult"/>,
/// <see cref="PublishResult"/> and <see cref="RoomResult"/>, which count as <see cref="None"/>: so a handler may end with a call of the hub.
/// </remarks>
public static class GoHubResults
{
    /// <summary>No result: an <c>ack</c> if the caller gave a <c>message_id</c>, else nothing.</summary>
    public static object None { get; } = new();

    /// <summary>Nothing at all is sent; the handler has answered by itself.</summary>
    public static object Silent { get; } = new();

    /// <summary>An <c>error</c> reply.</summary>
    /// <param name="code">One of GoHub's, or a number of the app's own from 5000 up, cast.</param>
    /// <param name="message">For the caller; not empty.</param>
    /// <param name="details">More, if there is more.</param>
    public static object Error(GoHubErrorCode code, string message, string? details = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(message);
        return new ErrorResult(code, message, details);
    }

    internal sealed record ErrorResult(GoHubErrorCode Code, string Message, string? Details);
}
