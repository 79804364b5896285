using System.Text.Json;
using GoHub.Client;

namespace GoHub.ReconnectTests.Drivers;

/// <summary>The .NET client, in this process.</summary>
internal sealed class DotNetDriver : IClientDriver
{
    private readonly Lock _lock = new();
    private readonly List<StateChange> _states = [];
    private readonly List<(string, string, JsonElement)> _roomMessages = [];
    private readonly Dictionary<string, GoHubClientRoom> _rooms = [];
    private readonly List<Task> _reading = [];
    private readonly CancellationTokenSource _over = new();
    private GoHubClient? _client;
    private int _tokensAsked;

    public bool SeesHttpStatus => true;

    public IReadOnlyList<StateChange> States
    {
        get
        {
            lock (_lock)
            {
                return [.. _states];
            }
        }
    }

    public IReadOnlyList<(string Room, string Type, JsonElement Data)> RoomMessages
    {
        get
        {
            lock (_lock)
            {
                return [.. _roomMessages];
            }
        }
    }

    public int TokensAsked => Volatile.Read(ref _tokensAsked);

    private GoHubClient Client => _client ?? throw new InvalidOperationException("Not created.");

    public Task CreateAsync(string url, IReadOnlyList<string>? tokens = null, string? fixedToken = null)
    {
        _client = new GoHubClient(url, options =>
        {
            options.Token = fixedToken;
            options.KeepAliveInterval = TimeSpan.FromSeconds(1);
            options.KeepAliveTimeout = TimeSpan.FromSeconds(2);
            if (tokens is not null)
            {
                options.TokenProvider = _ => ValueTask.FromResult<string?>(tokens[Math.Min(Interlocked.Increment(ref _tokensAsked), tokens.Count) - 1]);
            }
        });
        _client.StateChanged += change =>
        {
            lock (_lock)
            {
                _states.Add(new StateChange(change.State.ToString().ToLowerInvariant(), change.CloseCode, change.Delay?.TotalMilliseconds));
            }
        };
        return Task.CompletedTask;
    }

    public Task StartAsync()
    {
        // What comes of it shows in the states.
        _ = Client.StartAsync(_over.Token).ContinueWith(static started => started.Exception, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    public Task StopAsync() => Client.StopAsync();

    public Task<Outcome> RequestAsync(string type, object data) => OutcomeAsync(() => Client.RequestAsync<object, JsonElement>(type, data, _over.Token));

    public Task<Outcome> JoinAsync(string room) => OutcomeAsync(async () =>
    {
        var joined = await Client.SubscribeAsync(room, _over.Token);
        _rooms[room] = joined;
        joined.Rejoined += () => Add(room, "rejoined", default);
        joined.Lost += _ => Add(room, "lost", default);
        _reading.Add(ReadAsync(joined));
        return default;
    });

    public Task<Outcome> SendToRoomAsync(string room, object content) => OutcomeAsync(async () =>
    {
        await _rooms[room].SendAsync(content, _over.Token);
        return default;
    });

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
        await _over.CancelAsync();
        await Task.WhenAll(_reading);
        _over.Dispose();
    }

    private static async Task<Outcome> OutcomeAsync(Func<Task<JsonElement>> call)
    {
        try
        {
            return new Outcome(true, await call(), null);
        }
        catch (GoHubRequestException e)
        {
            return new Outcome(false, default, e.Code);
        }
        catch (GoHubClientException e)
        {
            return new Outcome(false, default, -(int)e.Error);
        }
    }

    private async Task ReadAsync(GoHubClientRoom room)
    {
        try
        {
            await foreach (var message in room.Messages.WithCancellation(_over.Token))
            {
                Add(room.Id, "room_message", message.Content<JsonElement>());
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private void Add(string room, string type, JsonElement data)
    {
        lock (_lock)
        {
            _roomMessages.Add((room, type, data));
        }
    }
}
