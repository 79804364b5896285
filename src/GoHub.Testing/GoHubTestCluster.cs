using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using GoHub.Bus;
using GoHub.Client;
using GoHub.Testing.Memory;
using Microsoft.AspNetCore.Builder;

namespace GoHub.Testing;

/// <summary>Nodes of a hub in the process of a test, without ports: joined by a bus in memory, with one clock, each to be killed, paused or cut off.</summary>
/// <example><code>
/// await using var cluster = await GoHubTestCluster.StartAsync(nodes: 2, hub => hub.MapMessage("echo", (JsonElement data) => data));
/// await using var alice = await cluster[0].ConnectAsync("alice");
/// await using var bob = await cluster[1].ConnectAsync("bob");
/// </code></example>
/// <remarks>Owner of its nodes. Threads: any. What leaves a handler of a paused or killed node by other ways than the hub, a database for one, leaves it as ever.</remarks>
public sealed class GoHubTestCluster : IAsyncDisposable
{
    private const int MaxNodes = 100;

    private readonly List<GoHubTestNode> _nodes = [];
    private readonly GoHubTestOptions _options;
    private readonly MemoryNetwork _network = new();
    private readonly InProcessHub _bus;
    private readonly string _key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private int _turn;

    private GoHubTestCluster(GoHubTestOptions options)
    {
        _options = options;
        _bus = new InProcessHub { Seats = new MemorySeats(Clock) };
    }

    /// <summary>The clock of all nodes and clients.</summary>
    public GoHubTestClock Clock { get; } = new();

    /// <summary>The nodes, those that were killed or stopped too.</summary>
    public IReadOnlyList<GoHubTestNode> Nodes => _nodes;

    /// <summary>One of the <see cref="Nodes"/>.</summary>
    public GoHubTestNode this[int index] => _nodes[index];

    /// <summary>Starts nodes that know each other when this returns.</summary>
    /// <param name="nodes">1 to 100.</param>
    /// <param name="map">Maps the handlers of each node.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="nodes"/> is out of its range.</exception>
    public static Task<GoHubTestCluster> StartAsync(int nodes = 1, Action<GoHubEndpointBuilder>? map = null, CancellationToken cancellationToken = default) =>
        StartAsync(options => (options.Nodes, options.Map) = (nodes, map), cancellationToken);

    /// <inheritdoc cref="StartAsync(Action{GoHubTestOptions}, CancellationToken)"/>
    public static Task<GoHubTestCluster> StartAsync(Action<GoHubTestOptions> configure) => StartAsync(configure, CancellationToken.None);

    /// <summary>Starts nodes that know each other when this returns.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="GoHubTestOptions.Nodes"/> is out of its range.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A node does not start with such options; the message says what to write.</exception>
    public static async Task<GoHubTestCluster> StartAsync(Action<GoHubTestOptions> configure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new GoHubTestOptions();
        configure(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Nodes, 1, nameof(GoHubTestOptions.Nodes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Nodes, MaxNodes, nameof(GoHubTestOptions.Nodes));
        var cluster = new GoHubTestCluster(options);
        try
        {
            for (var i = 0; i < options.Nodes; i++)
            {
                await cluster.AddNodeAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return cluster;
    }

    /// <summary>Starts one more node, which knows the others, and they it, when this returns.</summary>
    public async Task<GoHubTestNode> AddNodeAsync(CancellationToken cancellationToken = default)
    {
        var node = new GoHubTestNode($"node-{_nodes.Count + 1}", _options, _network, _bus, Clock, _key);
        _nodes.Add(node);
        await node.StartAsync(cancellationToken).ConfigureAwait(false);
        await KnowEachOtherAsync(cancellationToken).ConfigureAwait(false);
        return node;
    }

    /// <summary>A client that goes to the nodes in turn, each time it connects: what a load balancer in front of them would do.</summary>
    /// <param name="user">Who connects; null: nobody in particular, without a token.</param>
    /// <param name="permissions">What the token grants; null: everything.</param>
    /// <param name="configure">Sets the client's options.</param>
    /// <returns>A client that has not been started.</returns>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller's.")]
    public GoHubClient CreateClient(string? user = null, IEnumerable<string>? permissions = null, Action<GoHubClientOptions>? configure = null)
    {
        var granted = permissions?.ToArray();
        return new GoHubClient("ws://cluster/ws", options =>
        {
            options.TimeProvider = Clock;
            options.HttpInvoker = MemoryHttp.Invoker(_network, _ => Next().Name);
            if (user is not null)
            {
                options.TokenProvider = _ => new ValueTask<string?>(Running().CreateToken(user, granted));
            }
            configure?.Invoke(options);
        });
    }

    /// <summary>As <see cref="CreateClient"/>, and waits until it is connected.</summary>
    public async Task<GoHubClient> ConnectAsync(string? user = null, IEnumerable<string>? permissions = null, Action<GoHubClientOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var client = CreateClient(user, permissions, configure);
        return await GoHubTestNode.StartedAsync(client, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops every node.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync().ConfigureAwait(false);
        }
    }

    // A node that is being born may be asked before it can answer, so only those that run are counted on.
    private async Task KnowEachOtherAsync(CancellationToken cancellationToken)
    {
        var running = _nodes.Where(static n => n.IsRunning && !n.IsPaused && !n.IsCutOff).ToArray();
        while (running.Length > 1 && !Array.TrueForAll(running, n => n.Hub.Nodes.Count >= running.Length))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private GoHubTestNode Running() => _nodes.Find(static n => n.IsRunning) ?? throw new InvalidOperationException("No node of the cluster runs.");

    private GoHubTestNode Next()
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            var node = _nodes[(int)((uint)Interlocked.Increment(ref _turn) % (uint)_nodes.Count)];
            if (node.IsRunning && !node.IsPaused)
            {
                return node;
            }
        }
        return _nodes[0];
    }
}
