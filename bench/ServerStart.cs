using System.Globalization;
using System.Runtime;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GoHub.Bench;

/// <summary>What both servers under comparison do alike: Kestrel on one loopback port, no logging.</summary>
internal static class ServerStart
{
    /// <summary>A builder listening on 127.0.0.1 at the port given as the first argument (default 8080); the others are settings, <c>--Key=value</c>.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8080;
        var builder = WebApplication.CreateBuilder(args.Length > 1 ? args[1..] : []);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhostV4(port);
        });
        return builder;
    }

    /// <summary>The garbage collector that is really in use: pinned to one core, the runtime falls back to the workstation one.</summary>
    public static void PrintSettings() =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $".NET {Environment.Version}, server GC {GCSettings.IsServerGC}, latency mode {GCSettings.LatencyMode}, processors {Environment.ProcessorCount}"));

    // Loopback by IPv4 only: the generator connects to 127.0.0.0/8.
    private static void ListenLocalhostV4(this KestrelServerOptions kestrel, int port) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
}
