using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(GoHub.IntegrationTests.Vectors.ConfiguredServers))]

namespace GoHub.IntegrationTests.Vectors;

/// <summary>Servers for the vectors that need options of their own; one for each set of options.</summary>
public sealed class ConfiguredServers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ServerProcess>>> _servers = new();

    internal Task<ServerProcess> GetAsync(IReadOnlyDictionary<string, string> config)
    {
        // What comes later on the command line wins over what the shared options say.
        string[] options = [.. SharedServer.Options, .. config.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}")];
        return _servers.GetOrAdd(string.Join('\n', options), _ => new(() => ServerProcess.StartAsync(options))).Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}

public sealed class WireVectors(SharedServer shared, ConfiguredServers configured)
{
    public static TheoryData<string, string> All => Vector.All();

    [Theory, MemberData(nameof(All))]
    public async Task The_server_holds_the_dialogue(string file, string name)
    {
        var vector = Vector.Load(file, name);
        var server = vector.Config.Count == 0 ? shared.Process : await configured.GetAsync(vector.Config);
        await using var run = new VectorRun(server.EndPoint);
        await run.PlayAsync(vector);
    }
}
