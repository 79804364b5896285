using System.Globalization;
using System.Runtime;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GoHub.Bench;

/// <summary>What all .NET servers under comparison do alike: Kestrel on one loopback port, no logging.</summary>
internal static class ServerStart
{
    private static readonly byte[] Hello = "Hello, World!"u8.ToArray();

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

    /// <summary>Plain HTTP beside the WebSockets: what a transport does to an application's other endpoints.</summary>
    public static void MapPlaintext(this WebApplication app) => app.MapGet("/plaintext", static (HttpContext context) =>
    {
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = Hello.Length;
        return context.Response.Body.WriteAsync(Hello).AsTask();
    });

    /// <summary>The compiler and garbage collector that are really in use: pinned to one core, the runtime falls back to the workstation collector.</summary>
    public static void PrintSettings() =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $".NET {Environment.Version}, {(RuntimeFeature.IsDynamicCodeSupported ? "JIT" : "NativeAOT")}, server GC {GCSettings.IsServerGC}, latency mode {GCSettings.LatencyMode}, processors {Environment.ProcessorCount}"));

    // Loopback by IPv4 only: the generator connects to 127.0.0.0/8.
    private static void ListenLocalhostV4(this KestrelServerOptions kestrel, int port) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
}
