using GoHub.Lifetime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub;

/// <summary>A complete server in one line.</summary>
public static class GoHubServer
{
    /// <summary>Where it listens if nothing else is said: every address, port 8080, as the Go original.</summary>
    public const string DefaultUrl = "http://*:8080";

    /// <summary>Runs a hub with <c>/ws</c>, <c>/health</c> and <c>/metrics</c> until Ctrl+C or SIGTERM.</summary>
    /// <param name="args">The command line: <c>--urls</c>, <c>--GoHub:…</c>.</param>
    /// <param name="map">Adds handlers.</param>
    /// <returns>The exit code, also set as the process's: 0, or 1 if the server could not start, which one sentence on standard error explains.</returns>
    public static Task<int> RunAsync(string[] args, Action<GoHubEndpointBuilder>? map = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        return StartupFailure.GuardAsync(async () =>
        {
            var builder = WebApplication.CreateSlimBuilder(args);
            UseDefaultUrl(builder, DefaultUrl);
            builder.Services.AddGoHub();
            await using var app = builder.Build();
            var hub = app.MapGoHub();
            map?.Invoke(hub);
            await app.RunAsync().ConfigureAwait(false);
        });
    }

    /// <summary>Runs an app that has mapped a hub, and answers for a failed start as <see cref="RunAsync(string[], Action{GoHubEndpointBuilder}?)"/> does.</summary>
    /// <param name="build">Builds the app.</param>
    public static Task<int> RunAsync(Func<WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return StartupFailure.GuardAsync(async () =>
        {
            await using var app = build();
            await app.RunAsync().ConfigureAwait(false);
        });
    }

    internal static void UseDefaultUrl(WebApplicationBuilder builder, string url)
    {
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? builder.Configuration["http_ports"] ?? builder.Configuration["https_ports"];
        if (string.IsNullOrEmpty(urls) && !builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            builder.WebHost.UseUrls(url);
        }
    }
}
