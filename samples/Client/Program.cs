// A client of the standalone server (dotnet run --project src/GoHub.Server): dotnet run --project samples/Client -- [ws://localhost:8080/ws] [name]
using GoHub.Client;
using Microsoft.Extensions.DependencyInjection;

var url = args.Length > 0 ? args[0] : "ws://localhost:8080/ws";
var name = args.Length > 1 ? args[1] : "Ada";
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var cancellationToken = stop.Token;

#region client-connect
await using var client = new GoHubClient(url);
client.StateChanged += change => Console.WriteLine($"The connection is {change.State}.");
await client.StartAsync(cancellationToken); // tries until there is a server
#endregion

#region client-request
var echo = await client.RequestAsync<Greeting, Greeting>("echo", new Greeting($"Hello from {name}"), cancellationToken);
Console.WriteLine(echo.Text);
#endregion

#region client-errors
try
{
    await client.RequestAsync<object?, object?>("no.such.type", null, cancellationToken);
}
catch (GoHubRequestException e)
{
    Console.WriteLine($"The server answered with error {e.Code}: {e.Message}");
}
#endregion

#region client-room
var room = await client.SubscribeAsync("lobby", cancellationToken); // and again after each reconnect
await room.SendAsync(new Greeting($"{name} is here"), cancellationToken);
Console.WriteLine($"{(await room.MembersAsync(cancellationToken)).Count} in the lobby; Ctrl+C ends.");
await foreach (var message in room.Messages.WithCancellation(cancellationToken))
{
    Console.WriteLine($"{message.SenderId}: {message.Content<Greeting>()?.Text}");
}
#endregion

/// <summary>A text for somebody.</summary>
internal sealed record Greeting(string Text);

/// <summary>Wherever the app has its tokens from.</summary>
internal static class Session
{
    public static Task<string> TokenAsync(CancellationToken cancellationToken) => Task.FromResult("eyJ…");
}

/// <summary>In an app with a host.</summary>
internal static class Registration
{
    public static void AddLive(IServiceCollection services)
    {
        #region client-di
        services.AddGoHubClient("wss://live.example/ws", options =>
        {
            options.TokenProvider = async cancellationToken => await Session.TokenAsync(cancellationToken);
            options.WhileOffline = WhileOffline.Refuse;
        });
        #endregion
    }
}
