using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoHub.Dispatching;

/// <summary>Makes the handler registry of each mapped hub.</summary>
internal sealed class HandlerRegistryFactory(
    IServiceProvider root, IOptions<GoHubOptions> options, IHostEnvironment environment, FrameEncoder frames, GoHubMetrics metrics,
    GoHubEvents events, TimeProvider time, BuiltInMessages builtIns, ILoggerFactory loggers)
{
    public HandlerRegistry Create()
    {
        var detailed = options.Value.EnableDetailedErrors ?? environment.IsDevelopment();
        var services = new HandlerServices(root, frames, metrics, time, options.Value.Json, detailed, loggers.CreateLogger("GoHub.Handlers"));
        return new HandlerRegistry(services, builtIns, events);
    }
}
