using System.Net;

namespace GoHub.ClusterTests.Hosting;

/// <summary>A node of a cluster as a process of its own, which can be killed and paused.</summary>
/// <remarks>Owner: the test. Disposing kills it.</remarks>
internal sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>No limit that a test with many clients from one address would meet.</summary>
    private static readonly string[] Standard =
    [
        $"Auth:Jwt:SecretKey={TestTokens.Key}",
        "Limits:Connections=0",
        "Limits:ConnectionsPerIp=0",
        "Limits:ConnectionsPerUser=0",
        "Limits:MessagesPerSecond=0",
        "Rooms:MaxRooms=0",
        "Drain:Rate=5000",
    ];

    private readonly string[] _options;
    private readonly List<string> _earlier = [];
    private int? _port;
    private ServerProcess? _process;

    private NodeProcess(string name, string[] options)
    {
        Name = name;
        _options = [.. Standard, $"Cluster:NodeName={name}", .. options];
    }

    public string Name { get; }

    public IPEndPoint EndPoint => Process.EndPoint;

    public ServerProcess Process => _process ?? throw new InvalidOperationException($"{Name} does not run.");

    /// <summary>What it has printed, this run and those before.</summary>
    public IEnumerable<string> Output => [.. _earlier, .. _process is null ? [] : _process.Run.StandardOutput.Concat(_process.Run.StandardError)];

    /// <param name="name">For people, and for the histories.</param>
    /// <param name="options">In the form <c>Cluster:Bus=nats</c>.</param>
    public static async Task<NodeProcess> StartNewAsync(string name, params string[] options)
    {
        var node = new NodeProcess(name, options);
        await node.StartAsync();
        return node;
    }

    /// <summary>Starts, again after an end, on the same port.</summary>
    public async Task StartAsync()
    {
        _process = await ServerProcess.StartAsync(_options, null, port: _port);
        _port = _process.Port;
    }

    public Task<WireClient> ConnectAsync(Handshake? handshake = null) => WireClient.ConnectAsync(EndPoint, handshake);

    public Task<Metrics> MetricsAsync() => Process.MetricsAsync();

    /// <summary>The <c>status</c> of /health.</summary>
    public async Task<string> HealthAsync()
    {
        using var response = await Process.Http.GetAsync(new Uri("/health", UriKind.Relative));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"]!.GetValue<string>();
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Process.Run.Send(Signal.Kill);
        await Process.Run.ExitCodeAsync();
        await EndAsync();
    }

    /// <summary>SIGTERM, and the exit code that follows.</summary>
    public async Task<int> StopAsync(TimeSpan? within = null)
    {
        var code = await Process.StopAsync(within);
        await EndAsync();
        return code;
    }

    /// <summary>SIGSTOP.</summary>
    public void Pause() => Signal.Pause(Process.Run.Pid);

    public void Resume() => Process.Run.Send(Signal.Continue);

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task EndAsync()
    {
        _earlier.AddRange(Process.Run.StandardOutput.Concat(Process.Run.StandardError));
        await Process.DisposeAsync();
        _process = null;
    }
}
