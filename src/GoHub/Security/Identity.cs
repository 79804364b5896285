using System.Security.Claims;

namespace GoHub.Security;

/// <summary>Who is at the other end of a connection, and until when that holds.</summary>
/// <param name="UserId">Null for an anonymous connection.</param>
/// <param name="User">Never null; not authenticated for an anonymous connection.</param>
/// <param name="Permissions">What it may do.</param>
/// <param name="ExpiresAt">When the token no longer counts, leeway included; null for never.</param>
/// <param name="TokenExpiry">The token's own <c>exp</c>, as <c>auth_ok</c> tells it.</param>
/// <remarks>Threads: immutable, any. A refresh puts another in its place.</remarks>
internal sealed record Identity(string? UserId, ClaimsPrincipal User, PermissionSet Permissions, DateTimeOffset? ExpiresAt, DateTimeOffset? TokenExpiry)
{
    /// <summary>Stands for the token, see <see cref="Revocations.Hash"/>; 0 if there is none.</summary>
    public UInt128 TokenHash { get; init; }

    /// <summary>When the token was issued. Unix seconds; 0 if it does not say.</summary>
    public long IssuedAt { get; init; }

    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    public static Identity Anonymous(PermissionSet permissions) => new(null, Nobody, permissions, null, null);

    /// <summary>An identity from claims: the user id is <c>user_id</c>, <c>sub</c> or ASP.NET's name identifier.</summary>
    /// <param name="user">An authenticated principal.</param>
    /// <param name="withoutClaim">What it may do if it has no <c>permissions</c> claim.</param>
    /// <param name="expiresAt">As <see cref="ExpiresAt"/>.</param>
    /// <param name="tokenExpiry">As <see cref="TokenExpiry"/>.</param>
    public static Identity Of(ClaimsPrincipal user, PermissionSet withoutClaim, DateTimeOffset? expiresAt = null, DateTimeOffset? tokenExpiry = null)
    {
        var id = new[] { GoHubClaims.UserId, GoHubClaims.Subject, ClaimTypes.NameIdentifier }
            .Select(user.FindFirstValue).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        var grants = user.FindAll(GoHubClaims.Permissions).Select(c => c.Value).ToArray();
        return new Identity(id, user, grants.Length == 0 ? withoutClaim : new PermissionSet(grants), expiresAt, tokenExpiry);
    }
}

/// <summary>The claims of a GoHub token, as the Go original names them (auth/jwt.go).</summary>
internal static class GoHubClaims
{
    public const string UserId = "user_id";
    public const string UserName = "username";
    public const string Permissions = "permissions";
    public const string Subject = "sub";
}
