using System.Text.Json;
using System.Text.Json.Serialization;
using GoHub;

var builder = WebApplication.CreateBuilder(args);

// dotnet run -- redis; NATS if nothing is said.
if (args is ["redis", ..])
{
    #region cluster-redis
    builder.Services.AddGoHub()
        .AddRedis(builder.Configuration.GetConnectionString("Redis")); // such as localhost:6379
    #endregion
}
else
{
    #region cluster-nats
    builder.Services.AddGoHub()
        .AddNats(builder.Configuration.GetConnectionString("Nats")); // such as nats://localhost:4222
    #endregion
}

var app = builder.Build();
app.MapGoHub();

#region cluster-operations
// It does not matter which node a client is on, nor which one is asked: a room's members on every node hear this.
app.MapPost("/api/broadcast/room", async (RoomBroadcast request, IGoHub hub, CancellationToken ct) =>
    request.RoomId is { Length: > 0 } roomId
        ? Results.Ok(await hub.Room(roomId).SendAsync("announcement", request.Message, ct)) // {"local":2,"bus":"Published"}
        : Results.BadRequest("room_id is missing"));

// Nodes are known without asking. Counts are asked of every node; one that does not answer is named.
app.MapGet("/api/nodes", async (IGoHub hub, CancellationToken ct) =>
{
    ClusterCount connections = await hub.Connections.CountAsync(ct);
    ClusterCount rooms = await hub.Rooms.CountAsync(ct);
    var missing = connections.Missing.Union(rooms.Missing).Select(n => n.Name);
    return new ClusterReport(hub.Nodes.IsConnected, hub.Nodes.List(), connections, rooms, missing);
});
#endregion

app.Run();

#region cluster-operations
record RoomBroadcast(
    [property: JsonPropertyName("room_id")] string? RoomId,
    [property: JsonRequired] JsonElement Message);
record ClusterReport(bool Connected, IReadOnlyList<NodeInfo> Nodes, int Connections, int Rooms, IEnumerable<string> Missing);
#endregion
