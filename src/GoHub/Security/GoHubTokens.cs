using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoHub.Security;

/// <summary>Signs tokens with the node's own secret.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class GoHubTokens(IOptions<GoHubOptions> options, TimeProvider time) : IGoHubTokens
{
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
            IssuedAt = now,
            NotBefore = now,
            Expires = now + expiresIn,
            Claims = claims,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(TokenValidator.HmacKey(secret)), SecurityAlgorithms.HmacSha256),
        });
    }
}
