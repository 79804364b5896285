using GoHub;
using GoHub.Diagnostics;
using GoHub.Dispatching;
using GoHub.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps a hub.</summary>
public static class GoHubEndpointRouteBuilderExtensions
{
    /// <summary>Maps the WebSocket at <see cref="GoHubSettings.Path"/>, and <c>/health</c> and <c>/metrics</c> beside it.</summary>
    /// <exception cref="InvalidOperationException"><c>AddGoHub()</c> was not called.</exception>
    public static GoHubEndpointBuilder MapGoHub(this IEndpointRouteBuilder endpoints) => endpoints.MapGoHub(static _ => { });

    /// <summary>Maps the WebSocket at <paramref name="path"/>, and <c>/health</c> and <c>/metrics</c> beside it.</summary>
    /// <exception cref="InvalidOperationException"><c>AddGoHub()</c> was not called.</exception>
    public static GoHubEndpointBuilder MapGoHub(this IEndpointRouteBuilder endpoints, string path) => endpoints.MapGoHub(map => map.Path = path);

    /// <summary>Maps what <paramref name="configure"/> says. Several hubs in one app share connections, rooms and events; each has its own handlers.</summary>
    /// <exception cref="InvalidOperationException"><c>AddGoHub()</c> was not called.</exception>
    public static GoHubEndpointBuilder MapGoHub(this IEndpointRouteBuilder endpoints, Action<GoHubMapOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var services = endpoints.ServiceProvider;
        var mapped = services.GetService<MappedOnce>()
            ?? throw new InvalidOperationException("GoHub's services are missing. Call builder.Services.AddGoHub() before builder.Build().");
        var map = new GoHubMapOptions { Path = services.GetRequiredService<IOptions<GoHubOptions>>().Value.Path };
        configure(map);

        var handlers = services.GetRequiredService<HandlerRegistryFactory>().Create();
        var connections = services.GetRequiredService<WebSocketEndpoint>();
        // Every method, so that a request that is no WebSocket is told so, and HTTP/2's CONNECT comes through.
        var endpoint = endpoints.Map(map.Path, context => connections.AcceptAsync(context, handlers.Dispatcher)).WithDisplayName("GoHub " + map.Path);
        if (map.MapHealth && mapped.Health())
        {
            HealthEndpoints.Map(endpoints);
        }
        if (map.MapMetrics && mapped.Metrics())
        {
            services.GetRequiredService<MetricsEndpoint>().Map(endpoints, "/metrics");
        }
        return new GoHubEndpointBuilder(handlers, endpoint);
    }
}
