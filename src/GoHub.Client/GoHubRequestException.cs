namespace GoHub.Client;

/// <summary>The server answered with an <c>error</c>.</summary>
public sealed class GoHubRequestException : Exception
{
    internal GoHubRequestException(int code, string message, string? details)
        : base(message) => (Code, Details) = (code, details);

    /// <summary>See <see cref="GoHubErrorCode"/>; apps have their own from 5000.</summary>
    public int Code { get; }

    /// <summary>More about it, if the server said more.</summary>
    public string? Details { get; }
}
