using GoHub;
using GoHub.Bus;
using GoHub.Nats;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Joins nodes by NATS.</summary>
public static class GoHubNatsBuilderExtensions
{
    /// <summary>Joins this node with all others that use the same NATS and the same <c>GoHub:Cluster:Namespace</c>. May be called more than once.</summary>
    /// <param name="builder">What <c>AddGoHub</c> returned.</param>
    /// <param name="url">A server, as <c>nats://host:4222</c>; used if the configuration has no <c>GoHub:Cluster:Nats:Urls</c>.</param>
    /// <param name="configure">Sets the rest; on top of the <c>GoHub:Cluster:Nats</c> section.</param>
    /// <remarks>The configuration has the last word: <c>GoHub:Cluster:Bus</c> = <c>none</c> leaves the node on its own.</remarks>
    public static GoHubBuilder AddNats(this GoHubBuilder builder, string? url = null, Action<GoHubNatsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddNatsProvider();
        if (url is not null)
        {
            builder.Services.Configure<GoHubOptions>(options => options.Cluster.Nats.Urls = [url]);
        }
        if (configure is not null)
        {
            builder.Services.Configure<GoHubOptions>(options => configure(options.Cluster.Nats));
        }
        builder.Services.PostConfigure<GoHubOptions>(options =>
        {
            if (string.IsNullOrEmpty(options.Cluster.Bus))
            {
                options.Cluster.Bus = NatsBus.BusName;
            }
        });
        return builder;
    }

    /// <summary>Makes <c>nats</c> a bus that the configuration may choose, without choosing it.</summary>
    internal static GoHubBuilder AddNatsProvider(this GoHubBuilder builder)
    {
        if (!builder.Services.Any(s => s.ServiceType == typeof(BusProvider) && s.ImplementationInstance is BusProvider { Name: NatsBus.BusName }))
        {
            builder.Services.AddSingleton(new BusProvider(NatsBus.BusName, Create));
            builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GoHubOptions>, NatsOptionsValidator>());
        }
        return builder;
    }

    private static NatsBus Create(IServiceProvider services) => new(
        new NatsSettings(services.GetRequiredService<IOptions<GoHubOptions>>().Value.Cluster),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<NatsBus>>());
}
