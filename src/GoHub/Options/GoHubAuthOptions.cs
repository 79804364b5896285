namespace GoHub;

/// <summary>Who may connect and do what.</summary>
public sealed class GoHubAuthOptions
{
    /// <summary>Whether one may connect without a token. Default true, as the Go original documents.</summary>
    public bool AllowAnonymous { get; set; } = true;

    /// <summary>What an anonymous connection may do. Default: read and send messages, create, join and leave rooms. Setting the list replaces it.</summary>
    /// <remarks>Also holds for users of the app's own authentication schemes whose principal has no <c>permissions</c> claim.</remarks>
    public IList<string>? AnonymousPermissions { get; set; }

    /// <summary>Whether <c>?token=</c> is read. Default true, since the Go original's clients use it. Turn it off where URLs are logged by proxies.</summary>
    public bool AllowQueryToken { get; set; } = true;

    /// <summary>Whether one may connect without a token and send it as the first message, <c>auth</c>. Default false.</summary>
    public bool AllowFirstMessage { get; set; }

    /// <summary>How long such a connection may take. Default 10 s; range 1 s to 5 min. Then it is closed with 4401.</summary>
    public TimeSpan FirstMessageTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How tokens are checked. Without a key and an authority every token is refused.</summary>
    public GoHubJwtOptions Jwt { get; set; } = new();

    internal static readonly string[] DefaultAnonymousPermissions =
        [GoHubPermissions.ReadMessage, GoHubPermissions.SendMessage, GoHubPermissions.CreateRoom, GoHubPermissions.JoinRoom, GoHubPermissions.LeaveRoom];
}

/// <summary>How JSON Web Tokens are checked (RFC 7519; algorithms fixed per key as RFC 8725 asks).</summary>
public sealed class GoHubJwtOptions
{
    /// <summary>Shared secret for HS256, HS384 and HS512. At least 32 bytes of UTF-8 (RFC 7518 §3.2). Default none.</summary>
    public string? SecretKey { get; set; }

    /// <summary>PEM of a public key (or certificate): RSA for RS256, or an elliptic curve P-256 for ES256. Default none.</summary>
    public string? PublicKeyPem { get; set; }

    /// <summary>Base address of an OpenID Connect issuer whose published keys (JWKS) sign the tokens. Default none.</summary>
    public string? Authority { get; set; }

    /// <summary>Required <c>iss</c>. Default <c>gohub</c>; with an <see cref="Authority"/> and this left as it is, the authority's own issuer counts.</summary>
    public string Issuer { get; set; } = DefaultIssuer;

    /// <summary>Required <c>aud</c>. Default none: not looked at.</summary>
    public string? Audience { get; set; }

    /// <summary>How far clocks may differ, at connect and at expiry. Default 30 s; range 0 to 5 min.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    internal const string DefaultIssuer = "gohub";

    internal bool IsConfigured => SecretKey is not null || PublicKeyPem is not null || Authority is not null;
}
