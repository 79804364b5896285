using System.Text.Json;
using System.Text.Json.Serialization;
using GoHub;

var builder = WebApplication.CreateBuilder(args);

#region options
// Each of these can be said in appsettings.json too ("GoHub": { "MaxMessageSize": 65536 }); code has the last word.
builder.Services.AddGoHub(o =>
{
    o.Path = "/ws";
    o.MaxMessageSize = 64 * 1024;
    o.KeepAliveInterval = TimeSpan.FromSeconds(20);
    o.IdleTimeout = TimeSpan.FromSeconds(60);       // a dead peer is gone by then
    o.WriteTimeout = TimeSpan.FromSeconds(10);
    o.SendQueue.MaxMessages = 256;
    o.SendQueue.WhenFull = SlowConsumer.Disconnect; // or DropOldest, DropNewest
    o.AllowedOrigins.Add("https://app.example");    // pages of other hosts that may connect
    o.Limits.ConnectionsPerUser = 10;
    o.Limits.MessagesPerSecond = 50;
    o.Rooms.AutoCreate = true;                      // joining an unknown room creates it
    o.Drain.Timeout = TimeSpan.FromSeconds(30);
});
#endregion

var app = builder.Build();
app.MapGoHub();

#region http-endpoints
// Plain minimal APIs; IGoHub is the hub as server code sees it.
app.MapGet("/api/stats", async (IGoHub hub, CancellationToken ct) =>
    new Stats(await hub.Connections.CountAsync(ct), await hub.Rooms.CountAsync(ct)));

// Anyone may call this. In an app of yours: .RequireAuthorization()
app.MapPost("/api/broadcast/room", async (RoomBroadcast request, IGoHub hub, CancellationToken ct) =>
    request.RoomId is { Length: > 0 } roomId
        ? Results.Ok(await hub.Room(roomId).SendAsync("announcement", request.Message, ct))
        : Results.BadRequest("room_id is missing"));
#endregion

app.Run();

#region http-endpoints
record Stats(int Clients, int Rooms);
record RoomBroadcast(
    [property: JsonPropertyName("room_id")] string? RoomId,
    [property: JsonRequired] JsonElement Message);
#endregion
