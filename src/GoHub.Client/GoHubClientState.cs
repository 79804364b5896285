namespace GoHub.Client;

/// <summary>What a client is doing.</summary>
public enum GoHubClientState
{
    /// <summary>It was never started.</summary>
    Idle,

    /// <summary>An attempt to connect is under way.</summary>
    Connecting,

    /// <summary>There is a connection.</summary>
    Connected,

    /// <summary>It waits for the next attempt.</summary>
    Waiting,

    /// <summary>It was stopped, or has stopped for good. It may be started again.</summary>
    Stopped,
}

/// <summary>A change of a client's state, with what is known about why.</summary>
/// <param name="State">The new state.</param>
/// <param name="CloseCode">With which the connection ended (see <see cref="GoHubCloseCode"/>); null if it ended without a close frame, or there was none.</param>
/// <param name="Reason">The server's words with that code, or this client's own.</param>
/// <param name="Delay">When waiting: until the next attempt.</param>
/// <param name="Error">What made the attempt or the connection fail, if it was an error.</param>
public sealed record GoHubClientStateChange(GoHubClientState State, int? CloseCode = null, string? Reason = null, TimeSpan? Delay = null, Exception? Error = null);
