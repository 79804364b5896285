using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GoHub.ReconnectTests.Hosting;

/// <summary>A real server that can be told to refuse the next clients, to close them with any code, and to go and come back on the same port; behind a proxy that can be as bad as a network.</summary>
/// <remarks>Owner: the test.</remarks>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public const string Room = "lobby";

    private const string Key = "reconnect-tests-key-0123456789-abcdefghijklmnopqrstuvwxyz";

    private readonly int _port = FreePort.Next();
    private readonly ConcurrentQueue<Refusal> _refusals = new();
    private readonly Action<GoHubOptions>? _configure;
    private WebApplication? _app;
    private int _attempts;

    private ScriptedServer(Action<GoHubOptions>? configure)
    {
        _configure = configure;
        Proxy = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, _port));
    }

    public FaultProxy Proxy { get; }

    /// <summary>Through the proxy.</summary>
    public string Address => $"ws://127.0.0.1:{Proxy.EndPoint.Port}/ws";

    public IGoHub Hub => App.Services.GetRequiredService<IGoHub>();

    /// <summary>Upgrade requests that have come, refused ones too.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    private WebApplication App => _app ?? throw new InvalidOperationException("Not started.");

    public static async Task<ScriptedServer> StartNewAsync(Action<GoHubOptions>? configure = null)
    {
        var server = new ScriptedServer(configure);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseGoHubTransport().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        builder.Services.AddGoHub(options =>
        {
            options.Auth.Jwt.SecretKey = Key;
            options.Auth.Jwt.ClockSkew = TimeSpan.Zero;
            options.Rooms.AutoCreate = true;
            options.Drain.Timeout = TimeSpan.FromSeconds(5);
            _configure?.Invoke(options);
        });
        var app = builder.Build();
        app.Use((context, next) => Upgrades(context) && TryRefuse(context) ? Task.CompletedTask : next(context));
        var hub = app.MapGoHub("/ws");
        hub.MapMessage("echo", (JsonElement data) => data);
        hub.MapMessage("who", (GoHubConnection client) => new { user = client.UserId });
        await app.StartAsync(TestContext.Current.CancellationToken);
        _app = app;
    }

    /// <summary>SIGTERM: clients are told to come again.</summary>
    public async Task StopAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _app = null;
    }

    /// <summary>The next upgrades are answered so, one each.</summary>
    public void RefuseNext(int status, int? retryAfter = null, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _refusals.Enqueue(new Refusal(status, retryAfter));
        }
    }

    public string Token(string user, TimeSpan lasts) =>
        App.Services.GetRequiredService<IGoHubTokens>().Create(user, [GoHubPermissions.AdminSystem], lasts);

    /// <summary>The one connection there is.</summary>
    public async Task<GoHubConnection> OnlyAsync()
    {
        var all = new List<GoHubConnection>();
        await foreach (var known in Hub.Connections.ListAsync(TestContext.Current.CancellationToken))
        {
            all.Add(Hub.Local.FindConnection(known.ConnectionId)!);
        }
        return Assert.Single(all);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        if (_app is not null)
        {
            await StopAsync();
        }
    }

    private bool Upgrades(HttpContext context)
    {
        if (context.Request.Path != "/ws" && !context.Request.Headers.ContainsKey("Upgrade"))
        {
            return false;
        }
        Interlocked.Increment(ref _attempts);
        return true;
    }

    private bool TryRefuse(HttpContext context)
    {
        if (!_refusals.TryDequeue(out var refusal))
        {
            return false;
        }
        context.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
        return true;
    }

    private sealed record Refusal(int Status, int? RetryAfter);
}
