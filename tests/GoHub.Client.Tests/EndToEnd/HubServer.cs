using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Client.Tests.EndToEnd;

/// <summary>A real server with Kestrel in this process, that can go and come back on the same port.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly int _port = FreePort.Next();
    private readonly Action<GoHubOptions>? _configure;
    private WebApplication? _app;

    private HubServer(Action<GoHubOptions>? configure) => _configure = configure;

    public string Address => $"ws://127.0.0.1:{_port}/ws";

    public IGoHub Hub => _app!.Services.GetRequiredService<IGoHub>();

    public static async Task<HubServer> StartNewAsync(Action<GoHubOptions>? configure = null)
    {
        var server = new HubServer(configure);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        builder.Services.AddGoHub(options =>
        {
            options.Auth.Jwt.SecretKey = TestTokens.Key;
            options.Auth.Jwt.ClockSkew = TimeSpan.Zero;
            options.Rooms.AutoCreate = true;
            options.Limits.ConnectionsPerIp = 0;
            _configure?.Invoke(options);
        });
        var app = builder.Build();
        var hub = app.MapGoHub("/ws");
        hub.MapMessage("echo", (JsonElement data) => data);
        hub.MapMessage("hello", (Requests.HelloRequest request) => new Requests.HelloReply($"Hello, {request.Name}!"));
        hub.MapMessage("fail", (JsonElement data) => { throw new FormatException("no"); });
        hub.MapMessage("who", (GoHubConnection connection) => connection.UserId ?? "nobody");
        hub.MapBinary(async (GoHubMessage message, GoHubConnection connection, CancellationToken ct) => await connection.SendBinaryAsync(message.Data.ToArray(), ct));
        await app.StartAsync(TestContext.Current.CancellationToken).Soon();
        _app = app;
    }

    /// <summary>As SIGTERM does: clients are told to come again.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync().Soon();
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
