using System.Text.Json;
using GoHub;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.FileProviders;

namespace Chat;

/// <summary>One node of the chat: its page, its endpoints, its hub.</summary>
static class ChatNode
{
    /// <summary>Rooms that everybody enters.</summary>
    private static readonly string[] Rooms = ["general", "random", "help"];

    public static WebApplication Build(ChatSettings settings, int number)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls($"http://localhost:{settings.PortOf(number)}");
        var key = builder.Configuration["Jwt:Key"]!;

        var gohub = builder.Services.AddGoHub(o =>
        {
            o.Auth.AllowAnonymous = false;
            o.Auth.AllowQueryToken = false;                                     // the page sends it where no log has it
            o.Rooms.AutoCreate = true;                                          // who enters a room makes it
            o.Limits.MessagesPerSecond = 50;
            o.Limits.RoomsPerConnection = 64;
            o.MaxMessageSize = 16 * 1024;
            o.AllowedOrigins = settings.IsCluster ? [.. settings.Origins] : []; // a page may move to another node
            o.Json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;      // as GoHub's own messages
            o.Cluster.Namespace = "chat";                                       // of others on the same bus we hear nothing
            o.Cluster.NodeName = $"node {number}";
        }).AddJwt(o => o.SecretKey = key);
        if (settings is { IsCluster: true, BusAddress: var bus })
        {
            _ = bus.Scheme == "nats" ? gohub.AddNats(bus.GetLeftPart(UriPartial.Authority)) : gohub.AddRedis(bus.Authority);
        }

        builder.Services.AddSingleton(services => new Sessions(services.GetRequiredService<IGoHubTokens>(), key));
        builder.Services.AddSingleton<History>();
        builder.Services.AddHostedService<NodeWatch>();
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddCors(o => o.AddDefaultPolicy(p => p.WithOrigins([.. settings.Origins]).WithMethods("GET", "POST").WithHeaders("authorization", "content-type").SetPreflightMaxAge(TimeSpan.FromMinutes(10))));

        var app = builder.Build();
        app.UseCors();
        UsePage(app, settings);
        var hub = app.MapGoHub();
        Messages.Map(hub);
        Presence.Map(hub);

        app.MapPost("/session", (SignIn request, Sessions sessions) => sessions.Open(request));
        app.MapGet("/nodes", (HttpRequest request) => new NodeList(
            [.. Enumerable.Range(1, settings.Nodes).Select(n => new NodeAddress($"node {n}", $"{request.Scheme}://{request.Host.Host}:{settings.PortOf(n)}"))],
            Rooms));
        app.MapGet("/history", (string? room, string? with, [FromHeader] string? authorization, Sessions sessions, History history) =>
            sessions.UserOf(authorization) is { } user ? Results.Ok(history.Read(room is null ? Conversation.Between(user, with ?? "") : Conversation.InRoom(room))) : Results.Unauthorized());
        return app;
    }

    /// <summary>Serves the page with headers that let it load nothing from elsewhere, and connect to the nodes only.</summary>
    private static void UsePage(WebApplication app, ChatSettings settings)
    {
        var nodes = settings.Origins.SelectMany(origin => new[] { origin, origin.Replace("http:", "ws:", StringComparison.Ordinal) });
        var policy = $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {string.Join(' ', nodes)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-cache";
            return next(context);
        });
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
    }
}

record NodeAddress(string Name, string Url);
record NodeList(NodeAddress[] Nodes, string[] Rooms);
