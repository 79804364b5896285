namespace GoHub.Client.Tests.EndToEnd;

/// <summary>A client of a real server, and the changes of its state.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly List<GoHubClientStateChange> _changes = [];

    public Session(string address, Action<GoHubClientOptions>? configure = null)
    {
        Client = new GoHubClient(address, configure);
        Client.StateChanged += change =>
        {
            lock (_changes)
            {
                _changes.Add(change);
            }
        };
    }

    public GoHubClient Client { get; }

    public IReadOnlyList<GoHubClientStateChange> Changes
    {
        get
        {
            lock (_changes)
            {
                return [.. _changes];
            }
        }
    }

    public static async Task<Session> StartAsync(string address, Action<GoHubClientOptions>? configure = null)
    {
        var session = new Session(address, configure);
        await session.Client.StartAsync(TestContext.Current.CancellationToken).Soon();
        return session;
    }

    public async Task IsConnectedAsync(int times)
    {
        try
        {
            await Waiting.Until(() => Changes.Count(c => c.State == GoHubClientState.Connected) >= times && Client.State == GoHubClientState.Connected);
        }
        catch (Exception e) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Not connected {times} times: {string.Join(' ', Changes.Select(c => $"{c.State}({c.CloseCode}{c.Reason})"))}", e);
        }
    }

    public async Task<GoHubClientStateChange> HasBeenAsync(GoHubClientState state)
    {
        await Waiting.Until(() => Changes.Any(c => c.State == state));
        return Changes.First(c => c.State == state);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
