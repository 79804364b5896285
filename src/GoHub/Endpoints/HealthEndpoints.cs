using System.Reflection;
using System.Text.Json;
using GoHub.Lifetime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Endpoints;

/// <summary><c>/health</c> as the Go original has it, and the two questions an orchestrator asks.</summary>
internal static class HealthEndpoints
{
    private static readonly string Version =
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var state = endpoints.ServiceProvider.GetRequiredService<NodeState>();
        var nodes = endpoints.ServiceProvider.GetRequiredService<IGoHub>().Nodes;
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        endpoints.MapGet("/health", (RequestDelegate)(context => WriteAsync(context, state, nodes, time))).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet("/health/live", (RequestDelegate)(context => WriteAsync(context, state, nodes, time))).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet("/health/ready", (RequestDelegate)(context =>
        {
            context.Response.StatusCode = state.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return WriteAsync(context, state, nodes, time);
        })).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task WriteAsync(HttpContext context, NodeState state, GoHubNodes nodes, TimeProvider time)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status"u8, state.IsDraining ? "draining" : nodes.IsConnected ? "ok" : "degraded");
        json.WriteString("version"u8, Version);
        json.WriteString("time"u8, time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
