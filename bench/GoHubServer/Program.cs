using System.Text.Json.Serialization;
using GoHub;
using GoHub.Bench;

const string Everyone = "everyone";

var builder = ServerStart.CreateBuilder(args);
builder.Services.AddGoHub(o =>
{
    // SignalR has no such limits, so neither side has them here.
    o.Limits.MessagesPerSecond = 0;
    o.Limits.ConnectionsPerIp = 0;
    o.Limits.Connections = 0;
    o.Rooms.AutoCreate = true;
    o.Cluster.Bus ??= "none"; // --GoHub:Cluster:Bus=redis or nats makes it a node of a cluster
    o.Json.TypeInfoResolverChain.Insert(0, BenchJson.Default);
}).AddNats().AddRedis();

var app = builder.Build();
app.MapPlaintext();
var hub = app.MapGoHub("/ws");

hub.MapMessage("echo", (string text) => text);

// Bytes in, bytes out: what the engine costs without JSON.
hub.MapBinary((GoHubConnection connection, ReadOnlyMemory<byte> bytes) => connection.SendBinaryAsync(bytes));

// A real room of which every connection is a member by join_room; the publisher hears itself, as SignalR's does.
hub.MapMessage("broadcast", (GoHubMessage message, IGoHub server, CancellationToken ct) =>
    server.Room(Everyone).SendJsonAsync("broadcast", message.Data, ct));

hub.MapMessage("room", (RoomText data, IGoHub server, CancellationToken ct) =>
    server.Room(data.Room).SendAsync("room", data.Text, ct));

ServerStart.PrintSettings();
await app.StartAsync();
await app.Services.GetRequiredService<IGoHub>().Rooms.CreateAsync(Everyone);
await app.WaitForShutdownAsync();

/// <summary>A text for the members of a room.</summary>
internal sealed record RoomText(string Room, string Text);

/// <summary>What reflection would find out at run time, which NativeAOT has none of.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RoomText))]
internal sealed partial class BenchJson : JsonSerializerContext;
