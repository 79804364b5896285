using System.Net;
using GoHub.Lifetime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GoHub;

/// <summary>A complete server in one line.</summary>
public static class GoHubServer
{
    /// <summary>Where it listens if nothing else is said: every address, port 8080, as the Go original.</summary>
    public const string DefaultUrl = "http://*:8080";

    // Both from the security list of the design.
    private const int MaxHandshakeBytes = 16 * 1024;
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

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
            UseDefaults(builder, DefaultUrl);
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

    /// <summary>What a server that is nothing but a hub wants of the host: an address, patience for no slow handshake, one voice for a failed start.</summary>
    internal static void UseDefaults(WebApplicationBuilder builder, string url)
    {
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? builder.Configuration["http_ports"] ?? builder.Configuration["https_ports"];
        if (string.IsNullOrEmpty(urls) && !builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            builder.WebHost.UseUrls(url);
        }
        foreach (var address in (builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            // The server itself finds that out too, in words that do not name the address.
            if (BindingAddress.Parse(address).Port > IPEndPoint.MaxPort)
            {
                throw new StartupException($"The port of '{address}' in --urls is above {IPEndPoint.MaxPort}. Write one that is not, as in --urls http://localhost:8081.");
            }
        }
        builder.WebHost.UseGoHubTransport();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = HandshakeTimeout;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHandshakeBytes;
        });
        // It would tell a failed start a second time, with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
