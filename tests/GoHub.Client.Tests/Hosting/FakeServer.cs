using System.Collections.Concurrent;
using System.Threading.Channels;

namespace GoHub.Client.Tests.Hosting;

/// <summary>What a client connects to: gives out sockets, or refuses as the test says.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class FakeServer
{
    private readonly Channel<FakeSocket> _sockets = Channel.CreateUnbounded<FakeSocket>();
    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly ConcurrentQueue<GoHubConnectContext> _attempts = new();
    private int _connections;

    public IReadOnlyList<GoHubConnectContext> Attempts => [.. _attempts];

    /// <summary>What each new socket does with what the client sends.</summary>
    public Action<FakeSocket, JsonObject>? Respond { get; set; }

    /// <summary>Whether each new connection is welcomed by itself. Default true.</summary>
    public bool Welcomes { get; set; } = true;

    /// <summary>What the server chooses of the offer.</summary>
    public string? SubProtocol { get; set; } = "gohub.v1";

    /// <summary>Connecting takes until this is done.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>What connecting throws from now on; null: nothing.</summary>
    public Func<Exception>? Down { get; set; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The next attempts fail so, one each.</summary>
    public void Fail(params Exception[] faults)
    {
        foreach (var fault in faults)
        {
            _faults.Enqueue(fault);
        }
    }

    public async Task<WebSocket> ConnectAsync(GoHubConnectContext context, CancellationToken cancellationToken)
    {
        _attempts.Enqueue(context);
        await Held.WaitAsync(cancellationToken);
        if (_faults.TryDequeue(out var fault))
        {
            throw fault;
        }
        if (Down is { } down)
        {
            throw down();
        }
        var socket = new FakeSocket(SubProtocol) { Respond = Respond };
        var number = Interlocked.Increment(ref _connections);
        if (Welcomes)
        {
            socket.Welcome($"conn-{number}");
        }
        _sockets.Writer.TryWrite(socket);
        return socket;
    }

    /// <summary>The next connection that is made.</summary>
    public Task<FakeSocket> NextAsync() => _sockets.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
}
