using System.Security.Claims;

namespace GoHub.Security;

/// <summary>Who is at the other end of a connection, and until when that holds.</summary>
/// <remarks>Threads: immutable, any. A refresh puts another in its place.</remarks>
internal abstract class Identity(string? userId, PermissionSet permissions)
{
    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    /// <summary>Null for an anonymous connection.</summary>
    public string? UserId => userId;

    /// <summary>What it may do.</summary>
    public PermissionSet Permissions => permissions;

    /// <summary>Whether somebody has signed in. Asked for each message, so it costs no principal.</summary>
    public abstract bool IsAuthenticated { get; }

    /// <summary>Never null; not authenticated for an anonymous connection.</summary>
    public abstract ClaimsPrincipal User { get; }

    /// <summary>A principal like <see cref="User"/> that the connection does not keep.</summary>
    public virtual ClaimsPrincipal MakeUser() => User;

    /// <summary>When it no longer counts, leeway included; the end of the calendar for never.</summary>
    public virtual DateTimeOffset ExpiresAt => DateTimeOffset.MaxValue;

    public static Identity Anonymous(PermissionSet permissions) => new AppIdentity(null, Nobody, permissions);

    /// <summary>An identity from the claims of an app's own scheme.</summary>
    /// <param name="user">An authenticated principal.</param>
    /// <param name="withoutClaim">What it may do if it has no <c>permissions</c> claim.</param>
    public static Identity Of(ClaimsPrincipal user, PermissionSet withoutClaim)
    {
        var grants = user.FindAll(GoHubClaims.Permissions).Select(c => c.Value).ToArray();
        return new AppIdentity(GoHubClaims.IdOf(user.FindFirstValue), user, grants.Length == 0 ? withoutClaim : new PermissionSet(grants));
    }

    private sealed class AppIdentity(string? userId, ClaimsPrincipal user, PermissionSet permissions) : Identity(userId, permissions)
    {
        public override bool IsAuthenticated => user.Identity?.IsAuthenticated == true;

        public override ClaimsPrincipal User => user;
    }
}

/// <summary>The claims of a GoHub token, as the Go original names them (auth/jwt.go).</summary>
internal static class GoHubClaims
{
    public const string UserId = "user_id";
    public const string UserName = "username";
    public const string Permissions = "permissions";
    public const string Subject = "sub";

    /// <summary>The user id: <c>user_id</c>, <c>sub</c> or ASP.NET's name identifier, whichever is not empty first.</summary>
    public static string? IdOf(Func<string, string?> find) =>
        new[] { UserId, Subject, ClaimTypes.NameIdentifier }.Select(find).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
