namespace GoHub.IntegrationTests.Compression;

/// <summary>A server that takes offers of compression, on one of the transports.</summary>
public abstract class CompressingServer(string transport) : IAsyncLifetime
{
    private ServerProcess? _process;

    internal ServerProcess Process => _process ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() =>
        _process = await ServerProcess.StartAsync([.. SharedServer.Options, "Compression:Enabled=true", $"Transport={transport}"]);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    /// <summary>Connects and has compression negotiated.</summary>
    internal Task<WireClient> ConnectAsync() => ConnectAsync(Deflated.Offer());

    internal Task<WireClient> ConnectAsync(Handshake handshake) => WireClient.ConnectAsync(Process.EndPoint, handshake);
}

/// <summary>Where each connection belongs to a loop.</summary>
public sealed class CompressingLoops() : CompressingServer("auto");

/// <summary>Where each connection is a pair of pipes.</summary>
public sealed class CompressingPipes() : CompressingServer("sockets");
