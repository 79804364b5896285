namespace GoHub;

/// <summary>Status code of a WebSocket close frame (RFC 6455 §7.4; 44xx and 45xx are GoHub's own).</summary>
/// <remarks>A client should not reconnect by itself after a 44xx code other than 4408 and 4429.</remarks>
public enum GoHubCloseCode
{
    /// <summary>The purpose is fulfilled.</summary>
    Normal = 1000,

    /// <summary>The server stops for good.</summary>
    GoingAway = 1001,

    /// <summary>A frame broke RFC 6455.</summary>
    ProtocolError = 1002,

    /// <summary>A text message or close reason was not UTF-8.</summary>
    InvalidPayload = 1007,

    /// <summary>A flood of pings or fragments.</summary>
    PolicyViolation = 1008,

    /// <summary>A message was larger than <c>MaxMessageSize</c>.</summary>
    MessageTooBig = 1009,

    /// <summary>The server failed.</summary>
    InternalError = 1011,

    /// <summary>The node restarts: reconnect, after the hint if one was given.</summary>
    ServiceRestart = 1012,

    /// <summary>The node is overloaded: try later.</summary>
    TryAgainLater = 1013,

    /// <summary>No valid token, or it expired.</summary>
    Unauthorized = 4401,

    /// <summary>The connection was refused by policy.</summary>
    Forbidden = 4403,

    /// <summary>Nothing was heard from the peer within <c>IdleTimeout</c>.</summary>
    IdleTimeout = 4408,

    /// <summary>Another connection took this one's place.</summary>
    Replaced = 4409,

    /// <summary>The client kept sending above its limit.</summary>
    RateLimited = 4429,

    /// <summary>The client read too slowly and its queue was full.</summary>
    SlowConsumer = 4508,
}
