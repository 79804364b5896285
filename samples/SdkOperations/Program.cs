using System.Text.Json.Serialization;
using GoHub;

var builder = WebApplication.CreateBuilder(args);

#region typed-json
// JSON code made by the compiler for your types: faster, and needed for NativeAOT.
builder.Services.AddGoHub(o => o.Json.TypeInfoResolverChain.Insert(0, AppJson.Default));
#endregion

var app = builder.Build();
var hub = app.MapGoHub();

// Send {"message_type":"tour"} and see everything come in. Any code can do the same: IGoHub is a service.
hub.MapMessage("tour", async (GoHubConnection client, IGoHub goHub, CancellationToken ct) =>
{
    var connectionId = client.ConnectionId;
    var names = new List<string>();

    #region sdk-operations
    // To everybody
    await goHub.All.SendAsync("announcement", new Notice("Hello everyone!"), ct);

    // To one connection, or to one user on all their devices; the result says whether anybody was there
    SendResult sent = await goHub.Connection(connectionId).SendAsync("private", new Notice("Hello!"), ct);
    SendResult toUser = await goHub.User("u-17").SendAsync("private", new Notice("Hello!"), ct);

    // Rooms: create, let in, send to all members or to all but one
    RoomResult created = await goHub.Rooms.CreateAsync("room-1", new() { Name = "Chat Room", MaxClients = 100 }, ct);
    RoomResult joined = await goHub.Room("room-1").JoinAsync(connectionId, ct);
    await goHub.Room("room-1").SendAsync("room", new Notice("Welcome!"), ct);
    PublishResult others = await goHub.Room("room-1").Except(connectionId).SendAsync("room", new Notice("Somebody came."), ct);

    // Who is there
    await foreach (RoomMember member in goHub.Room("room-1").MembersAsync(ct))
    {
        names.Add(member.ConnectionId);
    }
    PresenceInfo presence = await goHub.Room("room-1").PresenceAsync(ct);
    int here = goHub.Local.ConnectionCount;
    #endregion

    return new TourReport($"{sent}", $"{toUser}", $"{created}", $"{joined}", others.Local, names, presence.Connections, here);
});

hub.MapMessage("tour.end", async (GoHubConnection client, IGoHub goHub, CancellationToken ct) =>
{
    #region sdk-operations-end
    await goHub.Room("room-1").LeaveAsync(client.ConnectionId, ct);
    await goHub.Rooms.DeleteAsync("room-1", ct); // whoever is left is told
    await goHub.Connection(client.ConnectionId).DisconnectAsync(GoHubCloseCode.Normal, "The tour is over.", ct);
    #endregion
});

app.Run();

record Notice(string Message);
record TourReport(string Sent, string ToUser, string Created, string Joined, int Others, List<string> Members, int Present, int Here);

#region typed-json
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(TourReport))]
partial class AppJson : JsonSerializerContext;
#endregion
