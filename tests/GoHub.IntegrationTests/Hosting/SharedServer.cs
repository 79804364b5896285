[assembly: AssemblyFixture(typeof(GoHub.IntegrationTests.Hosting.SharedServer))]

namespace GoHub.IntegrationTests.Hosting;

/// <summary>One server for all tests that need no options of their own: the standalone defaults, with a key for tokens and without limits per address or second.</summary>
/// <remarks>Many tests use it at once: names of rooms and users must be unique to the test.</remarks>
public sealed class SharedServer : IAsyncLifetime
{
    internal static readonly string[] Options =
    [
        $"Auth:Jwt:SecretKey={TestTokens.Key}",
        "Limits:Connections=0",
        "Limits:ConnectionsPerIp=0",
        "Limits:ConnectionsPerUser=0",
        "Limits:MessagesPerSecond=0",
        "Rooms:MaxRooms=0",
    ];

    private ServerProcess? _process;

    internal ServerProcess Process => _process ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _process = await ServerProcess.StartAsync(Options);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    internal Task<WireClient> ConnectAsync(Handshake? handshake = null) => WireClient.ConnectAsync(Process.EndPoint, handshake);
}
