namespace GoHub;

/// <summary>Makes tokens that this node accepts; inject it where users sign in.</summary>
/// <remarks>Threads: any.</remarks>
public interface IGoHubTokens
{
    /// <summary>A signed token (HS256) with the claims <c>user_id</c>, <c>sub</c>, <c>permissions</c>, <c>iss</c>, <c>iat</c>, <c>nbf</c>, <c>exp</c>.</summary>
    /// <param name="userId">Not empty.</param>
    /// <param name="permissions">See <see cref="GoHubPermissions"/>; may be empty.</param>
    /// <param name="expiresIn">Above zero.</param>
    /// <param name="userName">The <c>username</c> claim, if any.</param>
    /// <exception cref="InvalidOperationException"><c>GoHub:Auth:Jwt:SecretKey</c> is not set.</exception>
    /// <exception cref="ArgumentException">An argument is out of its range.</exception>
    string Create(string userId, IEnumerable<string> permissions, TimeSpan expiresIn, string? userName = null);

    /// <summary>Makes one token void on every node, until it expires, and closes the connections that came by it with 4401.</summary>
    /// <param name="token">The token as it was issued; whether it is still good does not matter.</param>
    /// <param name="reason">For the close frames.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>How many connections were closed. A node that is cut off does it when it is back.</returns>
    /// <exception cref="ArgumentException">That is no JSON Web Token.</exception>
    ValueTask<ClusterCount> RevokeAsync(string token, string reason = "token revoked", CancellationToken cancellationToken = default);
}
