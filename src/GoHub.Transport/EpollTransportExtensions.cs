using GoHub.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Chooses the epoll transport for Kestrel.</summary>
public static class EpollTransportExtensions
{
    /// <summary>Serves this app's TCP and Unix-socket endpoints from epoll loops; what those cannot bind, and systems that are not Linux, keep the stock transport.</summary>
    public static IWebHostBuilder UseEpollTransport(this IWebHostBuilder builder) => builder.UseEpollTransport(static _ => { });

    /// <inheritdoc cref="UseEpollTransport(IWebHostBuilder)"/>
    /// <param name="builder">The app's host.</param>
    /// <param name="configure">Changes the defaults.</param>
    public static IWebHostBuilder UseEpollTransport(this IWebHostBuilder builder, Action<EpollTransportOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureServices(services =>
        {
            services.Configure(configure);
            if (OperatingSystem.IsLinux() && !services.Any(static s => s.ServiceType == typeof(EpollTransport)))
            {
                services.TryAddSingleton<TransportMetrics>();
                services.AddSingleton<EpollTransport>();
                // Kestrel asks the last registered first whether it can bind an address.
                services.AddSingleton<IConnectionListenerFactory>(static s => s.GetRequiredService<EpollTransport>());
            }
        });
    }
}
