using System.Collections.Concurrent;
using GoHub.Bench;
using GoHub.Bench.AspNet;

var app = ServerStart.CreateBuilder(args).Build();
app.UseWebSockets();
app.MapPlaintext();

app.MapGet("/echo", async (HttpContext context) =>
{
    var peer = new Peer(await context.WebSockets.AcceptWebSocketAsync());
    await peer.RunAsync(message => peer.SendAsync(message));
});

var everyone = new ConcurrentDictionary<Peer, bool>();
app.MapGet("/fan", async (HttpContext context) =>
{
    var peer = new Peer(await context.WebSockets.AcceptWebSocketAsync());
    everyone[peer] = true;
    try
    {
        await peer.RunAsync(message =>
        {
            foreach (var (other, _) in everyone)
            {
                other.SendOrDrop(message);
            }
            return ValueTask.CompletedTask;
        });
    }
    finally
    {
        everyone.TryRemove(peer, out _);
    }
});

ServerStart.PrintSettings();
await app.RunAsync();
