using System.Text.Json;
using GoHub.Server.Configuration;
using Microsoft.Extensions.Options;

namespace GoHub.Server;

/// <summary>The standalone server: a hub that answers <c>echo</c>, and the playground page.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://localhost:8080";

    public static Task<int> RunAsync(string[] args) => GoHubServer.RunAsync(() => Build(args));

    private static WebApplication Build(string[] args)
    {
        var builder = ServerConfiguration.CreateBuilder(args);
        GoHubServer.UseDefaults(builder, DefaultUrl);
        ConsoleLogging.Configure(builder);
        builder.Services.AddGoHub().AddNatsProvider().AddRedisProvider();

        var app = builder.Build();
        Playground.Use(app);
        ClusterEndpoint.Map(app);
        var hub = app.MapGoHub();
        hub.MapMessage("echo", (JsonElement data) => data).RunInline();
        app.Lifetime.ApplicationStarted.Register(() => Welcome(app));
        return app;
    }

    private static void Welcome(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("GoHub.Server");
        var path = app.Services.GetRequiredService<IOptions<GoHubOptions>>().Value.Path;
        foreach (var url in app.Urls)
        {
            ServerLog.Listening(logger, url.Replace("://[::]", "://localhost", StringComparison.Ordinal).Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal), path);
        }
    }
}

/// <summary>What the server itself has to say.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(100, LogLevel.Information, "GoHub is listening on {Url} - open it in a browser to try it. WebSocket: {Path}, health: /health, metrics: /metrics. Ctrl+C stops.")]
    public static partial void Listening(ILogger logger, string url, string path);
}
