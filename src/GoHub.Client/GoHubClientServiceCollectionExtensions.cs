using System.Diagnostics.Metrics;
using GoHub.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a client of a hub.</summary>
public static class GoHubClientServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="GoHubClient"/> that starts and stops with the host; the host does not wait until it is connected.</summary>
    /// <param name="services">The app's services. Their <see cref="TimeProvider"/>, <see cref="ILoggerFactory"/> and <see cref="IMeterFactory"/> are the client's.</param>
    /// <param name="url">Of the hub: <c>ws</c> or <c>wss</c>; <c>http</c> and <c>https</c> stand for them.</param>
    /// <param name="configure">Sets the options. A wrong one stops the start of the host with an <see cref="OptionsValidationException"/>, which says what to write.</param>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public static IServiceCollection AddGoHubClient(this IServiceCollection services, string url, Action<GoHubClientOptions>? configure = null) =>
        services.AddGoHubClient(url, (options, _) => configure?.Invoke(options));

    /// <inheritdoc cref="AddGoHubClient(IServiceCollection, string, Action{GoHubClientOptions}?)"/>
    /// <param name="services">The app's services.</param>
    /// <param name="url">Of the hub.</param>
    /// <param name="configure">Sets the options, with services to hand: one that knows the user's token, for example.</param>
    public static IServiceCollection AddGoHubClient(this IServiceCollection services, string url, Action<GoHubClientOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(static s => s.ServiceType == typeof(GoHubClient)))
        {
            throw new InvalidOperationException("There is a GoHubClient among the services already. Make others by new GoHubClient(...), and register them by a key.");
        }
        var uri = GoHubClient.Parse(url);
        services.AddOptions<GoHubClientOptions>().Configure<IServiceProvider>(TakeServices).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GoHubClientOptions>, GoHubClientOptionsValidator>());
        services.AddSingleton(s => new GoHubClient(uri, s.GetRequiredService<IOptions<GoHubClientOptions>>().Value));
        services.AddHostedService(static s => new GoHubClientService(s.GetRequiredService<GoHubClient>()));
        return services;
    }

    private static void TakeServices(GoHubClientOptions options, IServiceProvider services)
    {
        options.TimeProvider = services.GetService<TimeProvider>() ?? options.TimeProvider;
        options.LoggerFactory = services.GetService<ILoggerFactory>();
        options.MeterFactory = services.GetService<IMeterFactory>();
    }
}
