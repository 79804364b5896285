using GoHub;
using GoHub.Bus;
using GoHub.Redis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Joins nodes by Redis.</summary>
public static class GoHubRedisBuilderExtensions
{
    /// <summary>Registers Redis as the bus between nodes, unless <c>GoHub:Cluster:Bus</c> names another.</summary>
    /// <param name="builder">The hub.</param>
    /// <param name="configuration">As <see cref="GoHubRedisOptions.Configuration"/>; null for the one in the app's configuration.</param>
    /// <param name="configure">Sets more of <c>GoHub:Cluster:Redis</c>.</param>
    public static GoHubBuilder AddRedis(this GoHubBuilder builder, string? configuration = null, Action<GoHubRedisOptions>? configure = null)
    {
        builder.AddRedisProvider();
        if (configuration is not null)
        {
            builder.Services.Configure<GoHubOptions>(options => options.Cluster.Redis.Configuration = configuration);
        }
        if (configure is not null)
        {
            builder.Services.Configure<GoHubOptions>(options => configure(options.Cluster.Redis));
        }
        builder.Services.PostConfigure<GoHubOptions>(static options =>
            options.Cluster.Bus = string.IsNullOrEmpty(options.Cluster.Bus) ? RedisBus.BusName : options.Cluster.Bus);
        return builder;
    }

    /// <summary>Makes <c>GoHub:Cluster:Bus</c> = <c>redis</c> possible without choosing it.</summary>
    internal static GoHubBuilder AddRedisProvider(this GoHubBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Services.Any(static s => s.ImplementationInstance is BusProvider { Name: RedisBus.BusName }))
        {
            builder.Services.AddSingleton(new BusProvider(RedisBus.BusName, static services =>
                new RedisBus(services.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster, services.GetRequiredService<ILogger<RedisBus>>())));
            builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GoHubOptions>, RedisOptionsValidator>());
        }
        return builder;
    }
}
