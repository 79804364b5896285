using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.SignalR;

namespace GoHub.Bench.SignalR;

/// <summary>The same logical work as GoHub's handlers: answer the caller, tell everyone, or tell the members of a group.</summary>
internal sealed class LoadHub : Hub
{
    public Task Echo(string data) => Clients.Caller.SendAsync("Echo", data);

    /// <summary>Echo as a return value, sent as a completion where the caller gave an invocation id.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "SignalR finds instance methods only.")]
    public string EchoResult(string data) => data;

    public Task Broadcast(string data) => Clients.All.SendAsync("Broadcast", data);

    /// <summary>Joins a group and says so, as GoHub's <c>join_room</c> does.</summary>
    public async Task Join(string room)
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, room);
        await Clients.Caller.SendAsync("Joined", room);
    }

    public Task Room(string room, string text) => Clients.Group(room).SendAsync("Room", text);
}
