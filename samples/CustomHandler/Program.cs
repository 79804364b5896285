#region custom-handler
using System.Diagnostics;
using System.Text.Json;
using GoHub;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddGoHub();

var app = builder.Build();
var hub = app.MapGoHub();

// Whatever comes goes back: {"message_type":"echo_reply","data":...}
hub.MapMessage("echo", (JsonElement data) => data);

// Data as a type of your own. Data that does not fit it never gets here: the client is told with error 1001.
hub.MapMessage("hello", (HelloRequest request) => new HelloReply($"Hello, {request.Name}!"));
#endregion

#region handler-results
// A result is the reply, an error is a result too. A handler without a result is acknowledged if the message had a message_id.
hub.MapMessage("divide", (Division d) => d.By == 0
    ? GoHubResults.Error(GoHubErrorCode.InvalidFormat, "Nothing can be divided by 0.")
    : new Quotient(d.Number / d.By));

// Without an envelope, as the Go original's example sends it: this handler answers by itself.
hub.MapMessage("echo.raw", async (GoHubMessage message, GoHubConnection client, CancellationToken ct) =>
{
    await client.SendRawAsync(message.Data, ct);
    return GoHubResults.Silent;
});

// Services come as parameters, as in minimal APIs. Too slow is error 1004, and ct is cancelled.
hub.MapMessage("time", async (TimeProvider clock, CancellationToken ct) =>
{
    await Task.Delay(TimeSpan.FromMilliseconds(10), clock, ct);
    return clock.GetUtcNow();
}).WithTimeout(TimeSpan.FromSeconds(5));
#endregion

#region from-signalr
hub.MapMessage("greet", async (string name, GoHubConnection client, CancellationToken ct) =>
{
    await client.Hub.All.Except(client.ConnectionId).SendAsync("greeted", name, ct);
    return $"Hello, {name}!";
});
#endregion

#region filters
// Stands around every handler of this hub: may do something before and after, change the result, or answer instead.
hub.AddFilter(async (call, next) =>
{
    var started = Stopwatch.GetTimestamp();
    var result = await next(call);
    app.Logger.LogInformation("{Type} took {Elapsed}", call.Message.Type, Stopwatch.GetElapsedTime(started));
    return result;
});
#endregion

#region custom-handler
app.Run();

record HelloRequest(string Name);
record HelloReply(string Greeting);
#endregion

record Division(decimal Number, decimal By);
record Quotient(decimal Value);
