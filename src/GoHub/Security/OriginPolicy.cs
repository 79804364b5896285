using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GoHub.Security;

/// <summary>Decides which pages may open a WebSocket, since browsers ask no other permission (cross-site WebSocket hijacking).</summary>
/// <remarks>Threads: immutable, any.</remarks>
internal sealed class OriginPolicy(IOptions<GoHubOptions> options)
{
    private readonly HashSet<string> _allowed = options.Value.AllowedOrigins.Select(Normal).ToHashSet(StringComparer.Ordinal);

    /// <summary>Without a list only the page's own host; with one, exactly what it names. No <c>Origin</c> passes unless a cookie could have been sent along.</summary>
    public bool Allows(HttpRequest request)
    {
        if (_allowed.Contains("*"))
        {
            return true;
        }
        var origins = request.Headers.Origin;
        if (origins.Count == 0)
        {
            return request.Headers.Cookie.Count == 0;
        }
        if (origins.Count > 1 || !Uri.TryCreate(origins[0], UriKind.Absolute, out var origin))
        {
            return false;
        }
        if (_allowed.Count > 0)
        {
            return _allowed.Contains(Normal(origins[0]!));
        }
        // Behind a proxy that ends TLS the schemes differ, so the host and port decide.
        return string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            || string.Equals(origin.Authority, WithoutDefaultPort(request.Host, origin), StringComparison.OrdinalIgnoreCase);
    }

    internal static string Normal(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority).ToLowerInvariant() : origin;

    private static string? WithoutDefaultPort(HostString host, Uri origin) =>
        host.Port is { } port && origin.IsDefaultPort && port == origin.Port ? host.Host : host.Value;
}
