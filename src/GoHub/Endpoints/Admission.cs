using System.Globalization;
using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Lifetime;
using GoHub.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GoHub.Endpoints;

/// <summary>A request that may become a connection; it holds a place that must be given back.</summary>
internal readonly record struct Admitted(Identity Identity, bool MustSignIn, bool SubProtocol, bool WantsNotices);

/// <summary>Decides, before the upgrade, who may connect.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class Admission(
    IOptions<GoHubOptions> options, NodeState state, OriginPolicy origins, TokenValidator tokens, ConnectRate rate, ConnectionLimiter limiter, GoHubMetrics metrics)
{
    private const int RetryAfterSeconds = 5;

    private readonly GoHubAuthOptions _auth = options.Value.Auth;
    private readonly PermissionSet _anonymous = new(options.Value.Auth.AnonymousPermissions ?? GoHubAuthOptions.DefaultAnonymousPermissions);

    /// <summary>What may be done by who has not said who they are.</summary>
    public PermissionSet Anonymous => _anonymous;

    /// <returns>The admission, or the status and the sentence to refuse with.</returns>
    public async ValueTask<(Admitted? Admitted, int Status, string Why)> DecideAsync(HttpContext context)
    {
        if (Handshake.Refusal(context) is { } handshake)
        {
            return Refuse(handshake.Status, handshake.Why);
        }
        if (state.IsDraining)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return Refuse(StatusCodes.Status503ServiceUnavailable, "This node is stopping. Connect to another.");
        }
        // Before anything that costs more than to say so.
        if (rate.TryEnter() is > 0 and var seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Refuse(StatusCodes.Status503ServiceUnavailable, "Too many are connecting to this node at once. Try again when Retry-After says.");
        }
        if (!origins.Allows(context.Request))
        {
            return Refuse(StatusCodes.Status403Forbidden, "This origin may not connect. Add it to GoHub:AllowedOrigins.");
        }
        var subProtocol = Handshake.AsksForSubProtocol(context.Request, out var offered);
        var (identity, mustSignIn, why) = await IdentifyAsync(context, offered).ConfigureAwait(false);
        if (identity is null)
        {
            metrics.AuthFailed();
            return Refuse(StatusCodes.Status401Unauthorized, why);
        }
        var hit = limiter.TryEnter(context.Connection.RemoteIpAddress, identity.UserId);
        if (hit != LimitHit.None)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return hit == LimitHit.Node
                ? Refuse(StatusCodes.Status503ServiceUnavailable, "This node is full.")
                : Refuse(StatusCodes.Status429TooManyRequests, hit == LimitHit.Address ? "Too many connections from this address." : "Too many connections of this user.");
        }
        var wantsNotices = subProtocol || Query(context.Request, "welcome") == "1";
        return (new Admitted(identity, mustSignIn, subProtocol, wantsNotices), 0, "");
    }

    private async ValueTask<(Identity? Identity, bool MustSignIn, string Why)> IdentifyAsync(HttpContext context, string? offered)
    {
        // Not context.User, which would make an empty principal that lives as long as the connection.
        var user = context.Features.Get<IHttpAuthenticationFeature>()?.User;
        var byApp = user?.Identity?.IsAuthenticated == true ? Identity.Of(user, _anonymous) : null;
        var bearer = Bearer(context.Request);
        var token = bearer ?? offered ?? (_auth.AllowQueryToken ? Query(context.Request, "token") : null);
        if (token is null)
        {
            if (byApp is not null || _auth.AllowAnonymous)
            {
                return (byApp ?? Identity.Anonymous(_anonymous), false, "");
            }
            return _auth.AllowFirstMessage
                ? (Identity.Anonymous(PermissionSet.None), true, "")
                : (null, false, "Unauthorized: Token required");
        }
        if ((await tokens.ValidateAsync(token).ConfigureAwait(false)).Identity is { } identity)
        {
            metrics.AuthSucceeded();
            return (identity, false, "");
        }
        // The header may carry a token for one of the app's own schemes, which has accepted it.
        return bearer is not null && byApp is not null ? (byApp, false, "") : (null, false, "Unauthorized: Invalid token");
    }

    private static string? Query(HttpRequest request, string name) => request.QueryString.HasValue ? request.Query[name] : (string?)null;

    private static string? Bearer(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        string? header = request.Headers[HeaderNames.Authorization];
        return header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? header[Scheme.Length..].Trim() : null;
    }

    private static (Admitted?, int, string) Refuse(int status, string why) => (null, status, why);
}
