namespace GoHub.Client;

/// <summary>One attempt to connect, for a <see cref="GoHubClientOptions.WebSocketFactory"/>.</summary>
public sealed class GoHubConnectContext
{
    internal GoHubConnectContext(Uri uri, string subProtocol, string? token, int attempt) => (Uri, SubProtocol, Token, Attempt) = (uri, subProtocol, token, attempt);

    /// <summary>Where to; <c>ws</c> or <c>wss</c>.</summary>
    public Uri Uri { get; }

    /// <summary>For <c>Authorization: Bearer</c>; null for none. Never log it.</summary>
    public string? Token { get; }

    /// <summary>What is to be offered as <c>Sec-WebSocket-Protocol</c>.</summary>
    public string SubProtocol { get; }

    /// <summary>0 for the first attempt since the last connection.</summary>
    public int Attempt { get; }
}
