namespace GoHub.Client;

/// <summary>Why a client is stopped.</summary>
/// <param name="Sentence">For the one who asks for something all the same.</param>
/// <param name="CloseCode">With which the server closed, if it did.</param>
/// <param name="Error">What made it stop, if it was an error.</param>
internal sealed record StopReason(string Sentence, int? CloseCode = null, Exception? Error = null)
{
    public static readonly StopReason ByCaller = new("The client was stopped.");

    /// <summary>A new exception each time, since each is thrown by another.</summary>
    public GoHubClientException ToException() => new(GoHubClientError.Stopped, Sentence, Error, CloseCode);
}
