using System.Buffers.Text;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace GoHub.Security;

/// <summary>The identity of a validated token.</summary>
/// <remarks>
/// Keeps the token's payload as it came and makes the claims when somebody asks: as objects they are ten times as large, and most connections are never asked (ADR 0024).
/// Threads: any.
/// </remarks>
internal sealed class TokenIdentity : Identity
{
    private readonly byte[] _payload;
    private readonly DateTime _expiresAt; // DateTime, not DateTimeOffset: half the bytes.
    private readonly DateTime _tokenExpiry;
    private ClaimsPrincipal? _user;

    public TokenIdentity(JsonWebToken token, UInt128 hash, TimeSpan skew, PermissionSets permissions)
        : base(GoHubClaims.IdOf(type => Values(token, type).FirstOrDefault()), permissions.Of(Values(token, GoHubClaims.Permissions)))
    {
        _payload = Base64Url.DecodeFromChars(token.EncodedPayload);
        _tokenExpiry = token.ValidTo;
        _expiresAt = Later(token.ValidTo, skew);
        TokenHash = hash;
        IssuedAt = token.IssuedAt == DateTime.MinValue ? 0 : new DateTimeOffset(token.IssuedAt, TimeSpan.Zero).ToUnixTimeSeconds();
    }

    public override bool IsAuthenticated => true;

    /// <summary>Once made it is kept: who asks for one message asks for others.</summary>
    public override ClaimsPrincipal User => Volatile.Read(ref _user) ?? Interlocked.CompareExchange(ref _user, MakeUser(), null) ?? _user;

    public override DateTimeOffset ExpiresAt => new(_expiresAt, TimeSpan.Zero);

    /// <summary>The token's own <c>exp</c>, as <c>auth_ok</c> tells it.</summary>
    public DateTimeOffset TokenExpiry => new(_tokenExpiry, TimeSpan.Zero);

    /// <summary>Stands for the token, see <see cref="Revocations.Hash"/>.</summary>
    public UInt128 TokenHash { get; }

    /// <summary>When the token was issued. Unix seconds; 0 if it does not say.</summary>
    public long IssuedAt { get; }

    /// <summary>A moment with the leeway added: a token may last to the end of the calendar.</summary>
    public static DateTime Later(DateTime time, TimeSpan skew) => time > DateTime.MaxValue - skew ? DateTime.MaxValue : time + skew;

    public override ClaimsPrincipal MakeUser() => new(TokenClaims.Of(_payload));

    private static IEnumerable<string> Values(JsonWebToken token, string type) =>
        token.Claims.Where(claim => claim.Type == type).Select(static claim => claim.Value);
}
