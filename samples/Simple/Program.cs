// The whole server in one line: dotnet run -- one-line
if (args is ["one-line", ..])
{
    #region one-line
    await GoHub.GoHubServer.RunAsync(args);
    #endregion
    return;
}

#region simple
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddGoHub();

var app = builder.Build();
app.MapGoHub(); // /ws, /health and /metrics
app.Run();
#endregion
