using System.Diagnostics.CodeAnalysis;
using GoHub.Bus;
using GoHub.Client;
using GoHub.Testing.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace GoHub.Testing;

/// <summary>One node of a <see cref="GoHubTestCluster"/>: a whole app with Kestrel, on wires of memory.</summary>
/// <remarks>Owner: the cluster. Threads: any; starting, stopping and killing one at a time.</remarks>
public sealed class GoHubTestNode : IAsyncDisposable
{
    private const string BusName = "in-process";

    private static readonly string[] Everything = [GoHubPermissions.AdminSystem];

    private readonly GoHubTestOptions _options;
    private readonly MemoryNetwork _network;
    private readonly InProcessHub _hub;
    private readonly GoHubTestClock _clock;
    private readonly string _key;
    private readonly HttpMessageInvoker _invoker;
    private Gate _gate = new();
    private GatedBus? _bus;
    private WebApplication? _app;
    private volatile bool _cutOff;

    internal GoHubTestNode(string name, GoHubTestOptions options, MemoryNetwork network, InProcessHub hub, GoHubTestClock clock, string key)
    {
        (Name, _options, _network, _hub, _clock, _key) = (name, options, network, hub, clock, key);
        _invoker = MemoryHttp.Invoker(network, _ => name);
    }

    /// <summary><c>node-1</c> and so on; also the node's name in the cluster.</summary>
    public string Name { get; }

    /// <summary>Where it listens. Only clients made here, or by the cluster, find it.</summary>
    public Uri Address => new($"ws://{Name}/ws");

    /// <summary>Whether it has been started and neither stopped nor killed.</summary>
    public bool IsRunning => _app is not null;

    /// <summary>Whether it stands still; see <see cref="Pause"/>.</summary>
    public bool IsPaused => !_gate.IsOpen;

    /// <summary>Whether it has no bus; see <see cref="CutOff"/>.</summary>
    public bool IsCutOff => _cutOff;

    /// <summary>The app's services.</summary>
    /// <exception cref="InvalidOperationException">The node does not run.</exception>
    public IServiceProvider Services => _app?.Services ?? throw new InvalidOperationException($"{Name} does not run. Start it first.");

    /// <summary>The hub, as the app's own code uses it.</summary>
    /// <exception cref="InvalidOperationException">The node does not run.</exception>
    public IGoHub Hub => Services.GetRequiredService<IGoHub>();

    /// <summary>Signs a token that this and the other nodes accept.</summary>
    /// <param name="user">The user's id.</param>
    /// <param name="permissions">What is granted; null: everything (<see cref="GoHubPermissions.AdminSystem"/>).</param>
    /// <param name="expiresIn">By the cluster's clock; null: an hour.</param>
    public string CreateToken(string user, IEnumerable<string>? permissions = null, TimeSpan? expiresIn = null) =>
        Services.GetRequiredService<IGoHubTokens>().Create(user, permissions ?? Everything, expiresIn ?? TimeSpan.FromHours(1));

    /// <summary>A client of this node, which tries again for ever when it is gone.</summary>
    /// <param name="user">Who connects; null: nobody in particular, without a token.</param>
    /// <param name="permissions">What the token grants; null: everything.</param>
    /// <param name="configure">Sets the client's options.</param>
    /// <returns>A client that has not been started.</returns>
    public GoHubClient CreateClient(string? user = null, IEnumerable<string>? permissions = null, Action<GoHubClientOptions>? configure = null)
    {
        var granted = permissions?.ToArray();
        return new GoHubClient(Address.OriginalString, options =>
        {
            options.TimeProvider = _clock;
            options.HttpInvoker = _invoker;
            if (user is not null)
            {
                options.TokenProvider = _ => new ValueTask<string?>(CreateToken(user, granted));
            }
            configure?.Invoke(options);
        });
    }

    /// <summary>As <see cref="CreateClient"/>, and waits until it is connected.</summary>
    public Task<GoHubClient> ConnectAsync(string? user = null, IEnumerable<string>? permissions = null, Action<GoHubClientOptions>? configure = null, CancellationToken cancellationToken = default) =>
        StartedAsync(CreateClient(user, permissions, configure), cancellationToken);

    /// <summary>A client for the app's HTTP endpoints, <c>/health</c> for one.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The client's.")]
    public HttpClient CreateHttpClient() => new(MemoryHttp.Handler(_network, _ => Name)) { BaseAddress = new Uri($"http://{Name}/") };

    /// <summary>Starts it, also again after it was stopped or killed: as a new process, which knows nothing of the old one.</summary>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The bus is the app's.")]
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_app is not null)
        {
            throw new InvalidOperationException($"{Name} runs already.");
        }
        _gate = new Gate();
        _cutOff = false;
        _bus = new GatedBus(_hub, _gate);
        var app = Build(_bus);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        _app = app;
    }

    /// <summary>Stops it as SIGTERM does: its clients are told to come again, and the others that it leaves.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_app is { } app)
        {
            _gate.Open();
            await app.StopAsync(cancellationToken).ConfigureAwait(false);
            _app = null;
            await app.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends it as SIGKILL does: connections are reset, nobody is told, and the others miss it only when its word does not come.</summary>
    public async Task KillAsync()
    {
        if (_app is not { } app)
        {
            return;
        }
        _app = null;
        _network.Cut(Name);
        _bus!.Cut("killed");
        _gate.Open();
        // Its code is stopped without a moment to say anything; there is nobody left to hear it.
        await app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Has it stand still as SIGSTOP does: nothing comes in, nothing goes out, none of its timers comes; what is sent to it waits.</summary>
    public void Pause() => _gate.Close();

    /// <summary>Has it go on, with all that has come meanwhile.</summary>
    public void Resume() => _gate.Open();

    /// <summary>Takes the bus away from it: its clients stay, and it knows that it is alone.</summary>
    public void CutOff()
    {
        _cutOff = true;
        _bus?.Cut("cut off by the test");
    }

    /// <summary>Gives it the bus back.</summary>
    public void Rejoin()
    {
        _cutOff = false;
        _bus?.Join();
    }

    /// <summary>Stops it, without waiting for clients.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _invoker.Dispose();
    }

    internal static async Task<GoHubClient> StartedAsync(GoHubClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.StartAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private WebApplication Build(GatedBus bus)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new NodeClock(_clock, _gate));
        var hub = builder.Services.AddGoHub(options =>
        {
            options.Auth.Jwt.SecretKey = _key;
            options.Cluster.Bus = BusName;
            options.Cluster.NodeName = Name;
            // All clients come from one address here.
            options.Limits.ConnectionsPerIp = 0;
            _options.Hub?.Invoke(options);
        });
        hub.Services.AddSingleton(new BusProvider(BusName, _ => bus));
        _options.Configure?.Invoke(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton(_network.Transport(_gate)));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(new MemoryEndPoint(Name)));
        var app = builder.Build();
        var endpoint = app.MapGoHub("/ws");
        _options.Map?.Invoke(endpoint);
        _options.App?.Invoke(app);
        return app;
    }
}
