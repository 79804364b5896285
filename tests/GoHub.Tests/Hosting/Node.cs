using System.Security.Claims;
using System.Text;
using System.Text.Json;
using GoHub.Connections;
using GoHub.Dispatching;
using GoHub.Events;
using GoHub.Rooms;
using GoHub.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GoHub.Tests.Hosting;

/// <summary>A node without a web server: its services, a clock that stands still, connections without peers.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConnectionIds _ids = new();

    public Node(Action<GoHubOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        collection.AddSingleton<IHostEnvironment>(new Environment());
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        collection.AddGoHub(configure ?? (static _ => { }));
        services?.Invoke(collection);
        _services = collection.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public LogLines Log { get; } = new();

    public GoHubNode Hub => Get<GoHubNode>();

    public RoomRegistry Rooms => Get<RoomRegistry>();

    public ConnectionRegistry Connections => Get<ConnectionRegistry>();

    public GoHubEvents Events => Get<GoHubEvents>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A mapped hub, so that handlers and their dispatcher can be had.</summary>
    public (GoHubEndpointBuilder Hub, HandlerRegistry Handlers) Map()
    {
        var handlers = Get<HandlerRegistryFactory>().Create();
        return (new GoHubEndpointBuilder(handlers, new NoEndpoint()), handlers);
    }

    /// <summary>A connection that is registered; permissions null: those of an anonymous one.</summary>
    public (GoHubConnection Connection, RecordingChannel Channel) Connect(
        string? userId = null, IEnumerable<string>? permissions = null, bool wantsNotices = false, CancellationTokenSource? end = null)
    {
        var channel = new RecordingChannel();
        var connection = Create(channel, userId, permissions, wantsNotices, end);
        Connections.Add(connection);
        return (connection, channel);
    }

    public GoHubConnection Create(
        WebSocketChannel channel, string? userId = null, IEnumerable<string>? permissions = null, bool wantsNotices = false, CancellationTokenSource? end = null)
    {
        var granted = new PermissionSet(permissions ?? GoHubAuthOptions.DefaultAnonymousPermissions);
        var identity = userId is null ? Identity.Anonymous(granted) : Identity.Of(new ClaimsPrincipal(new ClaimsIdentity([new Claim("user_id", userId)], "test")), granted);
        end?.Token.Register(channel.CancelAborted);
        return new GoHubConnection(_ids.Next(), channel, Hub, identity, null) { WantsNotices = wantsNotices };
    }

    /// <summary>What <see cref="WebSocketEndpoint"/> does at the end of a connection.</summary>
    public void Disconnect(GoHubConnection connection)
    {
        Connections.Remove(connection);
        Rooms.LeaveAll(connection);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class NoEndpoint : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention)
        {
        }
    }

    private sealed class Environment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Production;

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}

/// <summary>A hub with handlers, and one client that talks to it.</summary>
internal static class Talking
{
    /// <summary>Sends one text message through the dispatcher and returns what came back since.</summary>
    public static async Task<List<JsonElement>> SendAsync(this HandlerRegistry handlers, (GoHubConnection Connection, RecordingChannel Channel) client, string json, bool binary = false)
    {
        var before = client.Channel.SentCount;
        await handlers.Dispatcher.DispatchAsync(client.Connection, binary, Encoding.UTF8.GetBytes(json), mayOnlySignIn: false).Soon();
        return [.. client.Channel.Sent.Skip(before).Select(f => JsonElement.Parse(f.Payload))];
    }

    public static string Type(this JsonElement envelope) => envelope.GetProperty("message_type").GetString()!;

    public static JsonElement Data(this JsonElement envelope) => envelope.GetProperty("data");

    public static int ErrorCode(this JsonElement envelope)
    {
        Assert.Equal("error", envelope.Type());
        return envelope.Data().GetProperty("code").GetInt32();
    }
}
