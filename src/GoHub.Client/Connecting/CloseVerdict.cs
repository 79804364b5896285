namespace GoHub.Client.Connecting;

/// <summary>What a close code of the server means for this client.</summary>
internal enum CloseVerdict
{
    /// <summary>Come back.</summary>
    Reconnect,

    /// <summary>Come back with another token, if there can be one.</summary>
    Unauthorized,

    /// <summary>Coming back would end the same way.</summary>
    Stop,
}

/// <summary>The table of docs/protocol.md, "Closing".</summary>
internal static class CloseCodes
{
    /// <param name="code">Null if there was no close frame.</param>
    public static CloseVerdict Judge(int? code) => code switch
    {
        (int)GoHubCloseCode.Normal or (int)GoHubCloseCode.ProtocolError or (int)GoHubCloseCode.InvalidPayload
            or (int)GoHubCloseCode.PolicyViolation or (int)GoHubCloseCode.MessageTooBig => CloseVerdict.Stop,
        (int)GoHubCloseCode.Unauthorized => CloseVerdict.Unauthorized,
        (int)GoHubCloseCode.IdleTimeout or (int)GoHubCloseCode.RateLimited => CloseVerdict.Reconnect,
        >= 4400 and <= 4499 => CloseVerdict.Stop,
        _ => CloseVerdict.Reconnect,
    };
}
