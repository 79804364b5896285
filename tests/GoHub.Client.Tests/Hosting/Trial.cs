namespace GoHub.Client.Tests.Hosting;

/// <summary>A client, its clock, and a server that the test plays.</summary>
internal sealed class Trial : IAsyncDisposable
{
    private readonly List<GoHubClientStateChange> _changes = [];

    public Trial(Action<GoHubClientOptions>? configure = null, string url = "ws://hub.test/ws")
    {
        Client = new GoHubClient(url, options =>
        {
            options.TimeProvider = Clock;
            options.WebSocketFactory = Server.ConnectAsync;
            options.LoggerFactory = new LoggerFactory([Log]);
            // The longest pause there can be, so that tests know it.
            options.Jitter = () => Jitter;
            configure?.Invoke(options);
        });
        Client.StateChanged += change =>
        {
            lock (_changes)
            {
                _changes.Add(change);
            }
        };
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeServer Server { get; } = new();

    public LogLines Log { get; } = new();

    public GoHubClient Client { get; }

    /// <summary>What part of the longest pause is drawn. Default all of it.</summary>
    public double Jitter { get; set; } = 1;

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

    public IReadOnlyList<GoHubClientState> States => [.. Changes.Select(c => c.State)];

    /// <summary>A client that is connected, and its socket.</summary>
    public async Task<FakeSocket> ConnectAsync()
    {
        await Client.StartAsync(TestContext.Current.CancellationToken).Soon();
        return await Server.NextAsync();
    }

    /// <summary>Waits for a state that comes after <paramref name="seen"/> changes.</summary>
    public async Task<GoHubClientStateChange> ReachesAsync(GoHubClientState state, int seen = 0)
    {
        await Waiting.Until(() => Changes.Skip(seen).Any(c => c.State == state));
        return Changes.Skip(seen).First(c => c.State == state);
    }

    /// <summary>Waits for the next pause, and lets it pass.</summary>
    /// <returns>How long it was.</returns>
    public async Task<TimeSpan> PassPauseAsync()
    {
        await Waiting.Until(() => Changes is [.., { State: GoHubClientState.Waiting }]);
        var seen = Changes.Count;
        var delay = Changes[^1].Delay!.Value;
        Clock.Advance(delay);
        await Waiting.Until(() => Changes.Count > seen);
        return delay;
    }

    /// <summary>Lets time pass until something is done that some timer, set sooner or later, brings about.</summary>
    public async Task PassUntilAsync(Task done)
    {
        await Waiting.Until(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(20));
            return done.IsCompleted;
        });
        await done;
    }

    /// <summary>Lets the pause pass, and waits for the connection after it.</summary>
    public async Task<FakeSocket> ReconnectAsync()
    {
        var seen = Changes.Count(c => c.State == GoHubClientState.Connected);
        await PassPauseAsync();
        var socket = await Server.NextAsync();
        await Waiting.Until(() => Changes.Count(c => c.State == GoHubClientState.Connected) > seen);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Server.Held = Task.CompletedTask;
        await Client.DisposeAsync().AsTask().Soon();
    }
}
