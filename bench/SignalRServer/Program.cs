using GoHub.Bench;
using GoHub.Bench.SignalR;
using Microsoft.AspNetCore.Http.Connections;

var builder = ServerStart.CreateBuilder(args);
var signalR = builder.Services
    .AddSignalR(o =>
    {
        // The generator sends no SignalR pings; a listener that only listens must not be thrown out after 30 s.
        o.ClientTimeoutInterval = TimeSpan.FromMinutes(10);
    })
    .AddJsonProtocol();
if (builder.Configuration["redis"] is { } redis)
{
    signalR.AddStackExchangeRedis(redis);
}

var app = builder.Build();
app.MapHub<LoadHub>("/ws", o =>
{
    o.Transports = HttpTransportType.WebSockets;
    // No pause between socket and hub: the default of 64 KiB would make the reader wait under pipelined load.
    o.ApplicationMaxBufferSize = 1 << 20;
    o.TransportMaxBufferSize = 1 << 20;
});

ServerStart.PrintSettings();
await app.RunAsync();
