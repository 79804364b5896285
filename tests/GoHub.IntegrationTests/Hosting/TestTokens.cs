using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoHub.IntegrationTests.Hosting;

/// <summary>Makes the tokens that the server under test accepts, and those it must refuse.</summary>
internal static class TestTokens
{
    /// <summary>At least 64 bytes, as RFC 7518 §3.2 wants for HS512.</summary>
    public const string Key = "integration-tests-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public const string Issuer = "gohub";

    /// <summary>Every permission a client may hold but the administrators'.</summary>
    public static readonly string[] Everything =
        ["read:message", "send:message", "create:room", "delete:room", "join:room", "leave:room"];

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public static string For(string user, params string[] permissions) => Create(user, permissions);

    public static string Create(
        string user,
        IEnumerable<string>? permissions = null,
        DateTimeOffset? expires = null,
        bool withExpiry = true,
        string issuer = Issuer,
        string key = Key,
        string algorithm = SecurityAlgorithms.HmacSha256,
        DateTimeOffset? notBefore = null,
        string? audience = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = notBefore?.UtcDateTime,
            Expires = withExpiry ? (expires ?? now.AddHours(1)).UtcDateTime : null,
            Claims = new Dictionary<string, object>
            {
                ["user_id"] = user,
                ["sub"] = user,
                ["permissions"] = (permissions ?? Everything).ToArray(),
            },
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(key)), algorithm),
        };
        return Handler.CreateToken(descriptor);
    }

    /// <summary>The header and payload of <paramref name="token"/> with alg <c>none</c> and an empty signature.</summary>
    public static string WithoutSignature(string token)
    {
        var payload = token.Split('.')[1];
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{payload}.";
    }

    /// <summary>The token with the user changed and the signature kept.</summary>
    public static string Tampered(string token, string from, string to)
    {
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace(from, to, StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}
