#region events
using GoHub;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddGoHub();
builder.Services.AddHostedService<RoomLog>();

var app = builder.Build();
var hub = app.MapGoHub();

hub.OnConnected((ConnectedEvent e, ILogger<Program> log) =>
    log.LogInformation("Client connected: {Id}", e.ConnectionId));

hub.OnDisconnected((DisconnectedEvent e, ILogger<Program> log) =>
    log.LogInformation("Client disconnected: {Id} ({Code} {Reason})", e.ConnectionId, e.CloseCode, e.Reason));
#endregion

#region event-subscriptions
// Anywhere else: a subscription that ends when it is disposed ...
var events = app.Services.GetRequiredService<IGoHub>().Events;
using var joins = events.On<RoomJoinedEvent>(e =>
    app.Logger.LogInformation("{Id} joined {Room}", e.ConnectionId, e.RoomId));
#endregion

app.Run();

#region event-subscriptions
// ... or a stream. Either has a bounded queue of its own, so that a slow reader holds up no client.
class RoomLog(IGoHub hub, ILogger<RoomLog> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var e in hub.Events.ReadAllAsync<RoomMessageEvent>(stoppingToken))
        {
            log.LogInformation("{Id} said {Bytes} bytes in {Room}", e.ConnectionId, e.Content.Length, e.RoomId);
        }
    }
}
#endregion
