using GoHub.Cluster;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoHub.Security;

/// <summary>Signs tokens with the node's own secret.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class GoHubTokens(IOptions<GoHubOptions> options, Revocations revocations, ClusterParts cluster, TimeProvider time) : IGoHubTokens
{
    // More than the clock skew that may be allowed for, and than clocks of nodes differ.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string Create(string userId, IEnumerable<string> permissions, TimeSpan expiresIn, string? userName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        ArgumentNullException.ThrowIfNull(permissions);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(expiresIn, TimeSpan.Zero);
        var jwt = options.Value.Auth.Jwt;
        if (jwt.SecretKey is not { } secret)
        {
            throw new InvalidOperationException("There is no key to sign with. Set GoHub:Auth:Jwt:SecretKey to a secret of at least 32 bytes.");
        }
        var now = time.GetUtcNow().UtcDateTime;
        // A token made in the very second in which the older ones were revoked is meant to be good: "iat" has whole seconds only.
        var issuedAt = revocations.IssuedUntil(userId) is { } until && until >= new DateTimeOffset(now).ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(until + 1).UtcDateTime : now;
        var claims = new Dictionary<string, object>
        {
            [GoHubClaims.UserId] = userId,
            [GoHubClaims.Subject] = userId,
            [GoHubClaims.Permissions] = permissions.ToArray(),
        };
        if (userName is not null)
        {
            claims[GoHubClaims.UserName] = userName;
        }
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = jwt.Issuer,
            Audience = jwt.Audience,
            IssuedAt = issuedAt,
            NotBefore = now,
            Expires = now + expiresIn,
            Claims = claims,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(TokenValidator.HmacKey(secret)), SecurityAlgorithms.HmacSha256),
        });
    }

    public ValueTask<ClusterCount> RevokeAsync(string token, string reason = "token revoked", CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        ArgumentNullException.ThrowIfNull(reason);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Handler.CanReadToken(token))
        {
            throw new ArgumentException("That is no JSON Web Token.", nameof(token));
        }
        var expiry = Handler.ReadJsonWebToken(token).ValidTo;
        // Not before it is refused for its age anyway.
        var until = expiry > DateTime.MaxValue - Margin ? DateTimeOffset.MaxValue : new DateTimeOffset(expiry, TimeSpan.Zero) + Margin;
        var entry = new RevocationEntry(Revocations.OfToken(Revocations.Hash(token)), time.GetUtcNow().ToUnixTimeSeconds(), until.ToUnixTimeSeconds(), reason);
        return cluster.Clients.RevokeAsync(entry, cancellationToken);
    }
}
