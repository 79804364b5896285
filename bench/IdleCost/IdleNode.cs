using System.Net;
using GoHub.Connections.Loops;
using GoHub.Dispatching;
using GoHub.Endpoints;
using GoHub.Rooms;
using GoHub.Transport;
using GoHub.Transport.Loops;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoHub.IdleCost;

/// <summary>A node whose clients connect by the whole path, token and handover included, and then say nothing.</summary>
internal sealed class IdleNode : IAsyncDisposable
{
    private static readonly string[] Permissions = [GoHubPermissions.JoinRoom, GoHubPermissions.LeaveRoom, GoHubPermissions.ReadMessage, GoHubPermissions.SendMessage];

    private readonly ServiceProvider _services;
    private readonly EventLoop[] _loops;
    private readonly Dispatcher _dispatcher;
    private readonly WebSocketEndpoint _endpoint;
    private readonly IGoHubTokens _tokens;
    private readonly TransportMetrics _metrics;

    public IdleNode()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = Environments.Production });
        services.AddGoHub(options =>
        {
            options.Auth.Jwt.SecretKey = "0123456789abcdef0123456789abcdef";
            options.Rooms.AutoCreate = true;
        });
        services.AddSingleton<TransportMetrics>();
        _services = services.BuildServiceProvider();
        _metrics = _services.GetRequiredService<TransportMetrics>();
        _tokens = _services.GetRequiredService<IGoHubTokens>();
        _endpoint = _services.GetRequiredService<WebSocketEndpoint>();
        _dispatcher = _services.GetRequiredService<HandlerRegistryFactory>().Create().Dispatcher;
        _loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(static number => new EventLoop(number, NullLogger.Instance))];
        Array.ForEach(_loops, static loop => loop.Start());
    }

    public int Count { get; private set; }

    public async Task GrowToAsync(int count, int rooms)
    {
        var registry = _services.GetRequiredService<RoomRegistry>();
        for (; Count < count; Count++)
        {
            var connection = await ConnectAsync(Count).ConfigureAwait(false);
            if (registry.Join($"room-{Count % rooms}", connection) != RoomResult.Ok)
            {
                throw new InvalidOperationException("The room was not joined.");
            }
        }
        foreach (var room in registry.All)
        {
            // As after the first message to it: the list of receivers is there.
            _ = room.Members;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Array.ForEach(_loops, static loop => loop.Dispose());
        await _services.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<GoHubConnection> ConnectAsync(int number)
    {
        var request = new UpgradeRequest(_loops[number % _loops.Length], _metrics);
        var token = _tokens.Create($"user-{number}", Permissions, TimeSpan.FromHours(1), $"Name {number}");
        // Clients behind some thousand addresses.
        var context = request.ToContext(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), token);
        await _endpoint.AcceptAsync(context, _dispatcher).ConfigureAwait(false);
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            throw new InvalidOperationException($"Refused with {context.Response.StatusCode}.");
        }
        return await request.Connected.ConfigureAwait(false);
    }
}
