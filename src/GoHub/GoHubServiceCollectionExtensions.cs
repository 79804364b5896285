using GoHub;
using GoHub.Cluster;
using GoHub.Connections;
using GoHub.Connections.Loops;
using GoHub.Diagnostics;
using GoHub.Dispatching;
using GoHub.Endpoints;
using GoHub.Events;
using GoHub.Lifetime;
using GoHub.Rooms;
using GoHub.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a hub.</summary>
public static class GoHubServiceCollectionExtensions
{
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

    /// <summary>Registers a hub whose options come from the <c>GoHub</c> section. May be called more than once.</summary>
    public static GoHubBuilder AddGoHub(this IServiceCollection services) => services.AddGoHub(static _ => { });

    /// <summary>Registers a hub whose options come from the <c>GoHub</c> section and then from code.</summary>
    public static GoHubBuilder AddGoHub(this IServiceCollection services, Action<GoHubOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (!services.Any(s => s.ServiceType == typeof(GoHubNode)))
        {
            AddOnce(services);
        }
        services.Configure(configure);
        return new GoHubBuilder(services);
    }

    /// <summary>Adds a check that says unhealthy while the node starts or drains, to the app's own health checks.</summary>
    public static IHealthChecksBuilder AddGoHub(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration("gohub", static s => new NodeHealthCheck(s.GetRequiredService<NodeState>()), failureStatus: null, tags: null));
    }

    // A misspelt key must not be passed over: it may be the one that was to keep somebody out.
    private static void Bind(GoHubSettings settings, IConfiguration configuration) =>
        configuration.GetSection(GoHubOptionsValidator.Section).Bind(settings, static binder => binder.ErrorOnUnknownConfiguration = true);

    private static void AddOnce(IServiceCollection services)
    {
        services.AddOptions<GoHubOptions>()
            .Configure<IConfiguration>(static (options, configuration) => Bind(options, configuration))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GoHubOptions>, GoHubOptionsValidator>());
        // The drain is part of stopping, so the host must not give up before it.
        services.AddOptions<HostOptions>().PostConfigure<IOptions<GoHubOptions>>(static (host, hub) =>
            host.ShutdownTimeout = TimeSpan.FromTicks(Math.Max(host.ShutdownTimeout.Ticks, (hub.Value.Drain.Timeout + AfterDrain).Ticks)));
        // ASP.NET Core logs request URLs, which may hold ?token=.
        services.Configure<LoggerFilterOptions>(static filters =>
            filters.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, null)));

        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GoHubMetrics>();
        services.AddSingleton(static s => new GoHubEvents(s.GetRequiredService<TimeProvider>(), s.GetRequiredService<GoHubMetrics>(), s.GetRequiredService<ILogger<GoHubEvents>>()));

        services.AddSingleton(static s => new ChannelSettings(s.GetRequiredService<IOptions<GoHubOptions>>().Value, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static s => new ConnectRate(s.GetRequiredService<IOptions<GoHubOptions>>().Value.Limits.ConnectsPerSecond, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static s => new ConnectionLimiter(s.GetRequiredService<IOptions<GoHubOptions>>().Value.Limits));
        services.AddSingleton<Lanes>();
        services.AddSingleton<ConnectionIds>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<FrameEncoder>();
        services.AddSingleton<RoomRegistry>();
        services.AddSingleton<NodeState>();
        services.AddSingleton<Revocations>();
        services.AddSingleton(ClusterParts.Create);
        services.AddSingleton<GoHubNode>();
        services.AddSingleton<IGoHub>(static s => s.GetRequiredService<GoHubNode>());

        services.AddSingleton<TokenValidator>();
        services.AddSingleton<IGoHubTokens, GoHubTokens>();
        services.AddSingleton<OriginPolicy>();

        services.AddSingleton<RoomMessages>();
        services.AddSingleton<DirectMessages>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<BuiltInMessages>();
        services.AddSingleton<HandlerRegistryFactory>();

        services.AddSingleton<Admission>();
        services.AddSingleton<WebSocketEndpoint>();
        services.AddSingleton<MappedOnce>();
        services.AddSingleton<MetricsEndpoint>();
        // First in, last out: joined before the web server listens, and there until the last client has been told.
        services.AddHostedService(static s => s.GetRequiredService<ClusterParts>().Service);
        services.AddSingleton<ConnectBurst>();
        services.AddHostedService<Sweeper>();
        services.AddHostedService<Drain>();
    }
}
