using System.Buffers.Text;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace GoHub.Security;

/// <summary>The identity of a validated token.</summary>
/// <remarks>
/// Keeps the token's payload as bytes and makes the claims when somebody asks: as objects they are 50 times as large, and most connections are never asked (ADR 0024).
/// Threads: any.
/// </remarks>
internal sealed class TokenIdentity : Identity
{
    private readonly PayloadShape _shape;
    private readonly byte[] _own;
    private readonly DateTime _expiresAt; // DateTime, not DateTimeOffset: half the bytes.
    private readonly DateTime _tokenExpiry;
    private ClaimsPrincipal? _user;

    public TokenIdentity(JsonWebToken token, UInt128 hash, TimeSpan skew, SharedByTokens shared)
        : base(GoHubClaims.IdOf(type => Values(token, type).FirstOrDefault()), shared.Permissions.Of(new PermissionSet(Values(token, GoHubClaims.Permissions))))
    {
        (var shape, _own) = PayloadShape.Split(Base64Url.DecodeFromChars(token.EncodedPayload));
        _shape = shared.Shapes.Of(shape);
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

    public override ClaimsPrincipal MakeUser() => new(TokenClaims.Of(_shape.Join(_own)));

    private static IEnumerable<string> Values(JsonWebToken token, string type) =>
        token.Claims.Where(claim => claim.Type == type).Select(static claim => claim.Value);
}

/// <summary>What many tokens have in common.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class SharedByTokens
{
    // An app has a few roles and a few issuers. More means that tokens are made for one user each, and then there is nothing to share.
    private const int Capacity = 1024;

    public Shared<PermissionSet> Permissions { get; } = new(Capacity);

    public Shared<PayloadShape> Shapes { get; } = new(Capacity);
}
