using GoHub.Connections;
using GoHub.Dispatching;
using GoHub.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace GoHub.MicroBenchmarks;

/// <summary>A node without a web server: its services, and connections over whatever channel a benchmark brings.</summary>
internal sealed class BareNode : IDisposable
{
    private static readonly Identity Anonymous = Identity.Anonymous(new PermissionSet(GoHubAuthOptions.DefaultAnonymousPermissions));
    private readonly ServiceProvider _services;

    public BareNode()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = "Production" });
        services.AddGoHub();
        _services = services.BuildServiceProvider();
        Handlers = _services.GetRequiredService<HandlerRegistryFactory>().Create();
    }

    public HandlerRegistry Handlers { get; }

    /// <summary>For handlers to be mapped on, before the first message.</summary>
    public GoHubEndpointBuilder Hub => new(Handlers, new NoEndpoint());

    public GoHubConnection Connect(string id, WebSocketChannel channel) => new(id, channel, _services.GetRequiredService<GoHubNode>(), Anonymous, null);

    public void Dispose() => _services.Dispose();

    private sealed class NoEndpoint : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention)
        {
        }
    }
}
