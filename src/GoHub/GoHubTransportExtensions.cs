using GoHub;
using GoHub.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Chooses the transport that the settings name.</summary>
public static class GoHubTransportExtensions
{
    /// <summary>Serves the app as <see cref="GoHubSettings.Transport"/> says: by default from epoll loops on Linux. <see cref="GoHubServer"/> does this by itself.</summary>
    /// <remarks>All of the app's HTTP goes this way. WebSockets of the hub over plain HTTP/1.1 are then owned by their loop; those over TLS or HTTP/2 are not, and work as well.</remarks>
    public static IWebHostBuilder UseGoHubTransport(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(static services => services.AddOptions<EpollTransportOptions>().Configure<IOptions<GoHubOptions>>(static (epoll, hub) =>
        {
            epoll.IsEnabled = hub.Value.Transport != GoHubTransport.Sockets;
            epoll.Loops = hub.Value.Loops;
        }));
        return builder.UseEpollTransport();
    }
}
