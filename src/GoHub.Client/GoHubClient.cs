using GoHub.Client.Connecting;
using GoHub.Client.Diagnostics;
using GoHub.Client.Requests;
using GoHub.Client.Sending;

namespace GoHub.Client;

/// <summary>A client of one hub. It connects by itself and for ever, joins its rooms again, and keeps a little of what is sent meanwhile.</summary>
/// <remarks>
/// Threads: every member may be used from any. Nothing happens before <see cref="StartAsync"/>. Without messages it holds one socket and neither a thread nor a timer of its own beside the socket's.
/// Dispose it to stop it.
/// </remarks>
public sealed partial class GoHubClient : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ClientCore _core;
    private ConnectLoop? _loop; // Guarded by _gate; each run is a new one.
    private bool _disposed;
    private volatile GoHubClientState _state; // Owner: the loop.

    /// <summary>Makes a client; it is not started.</summary>
    /// <param name="url">Of the hub: <c>ws</c> or <c>wss</c>; <c>http</c> and <c>https</c> stand for them.</param>
    /// <param name="configure">Sets its options.</param>
    /// <exception cref="ArgumentException">The URL or an option is wrong; the message says what to write.</exception>
    public GoHubClient(string url, Action<GoHubClientOptions>? configure = null)
        : this(Parse(url), Configured(configure))
    {
    }

    /// <summary>Makes a client; it is not started.</summary>
    /// <param name="url">Of the hub: <c>ws</c> or <c>wss</c>; <c>http</c> and <c>https</c> stand for them.</param>
    /// <param name="options">Its options, which are not to be changed any more.</param>
    /// <exception cref="ArgumentException">The URL or an option is wrong; the message says what to write.</exception>
    public GoHubClient(Uri url, GoHubClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        GoHubClientOptionsValidator.ThrowIfBad(options, nameof(options));
        _core = new ClientCore(WebSocketUri(url), options);
    }

    /// <summary>Called for each change of the state, one after the other, by the thread that brings it about: return soon, and do not wait for this client here.</summary>
    public event Action<GoHubClientStateChange>? StateChanged;

    /// <summary>What the client is doing.</summary>
    public GoHubClientState State => _state;

    /// <summary>Where it connects to; <c>ws</c> or <c>wss</c>.</summary>
    public Uri Url => _core.Uri;

    /// <summary>The id of the connection, or of the last one; null before the first, and with a server that sends no <c>welcome</c>.</summary>
    public string? ConnectionId => _core.ConnectionId;

    /// <summary>The user the server takes this client for; null if it is anonymous, and before the first connection.</summary>
    public string? UserId => _core.UserId;

    /// <summary>Starts connecting, and ends with the first connection. Started already: the same.</summary>
    /// <param name="cancellationToken">Ends the waiting only: the client goes on. <see cref="StopAsync"/> stops it.</param>
    /// <exception cref="GoHubClientException">It was stopped, or the server refused it for good, before there was a connection. It may be started again.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        ConnectLoop loop;
        var isNew = false;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_loop is not { IsOver: false })
            {
                _loop = new ConnectLoop(_core, _loop?.Ended ?? Task.CompletedTask, _loop?.WasEverConnected == true, Change, End);
                _core.Outbox.Open();
                _core.Streams.Begin();
                isNew = true;
            }
            loop = _loop;
        }
        if (isNew)
        {
            loop.Begin();
        }
        return loop.Connected.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the connection with 1000 and ends everything: requests fail with <see cref="GoHubClientError.Stopped"/>, what waits to be sent is dropped, rooms are lost. May be started again.</summary>
    /// <param name="cancellationToken">Cuts the connection off instead of waiting for the server's close frame; without it that takes <see cref="GoHubClientOptions.CloseTimeout"/> at most.</param>
    /// <returns>Done when the connection is gone. Handlers that are at work are told by their token, and not waited for.</returns>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        ConnectLoop? loop;
        lock (_gate)
        {
            loop = _loop;
        }
        if (loop is null)
        {
            EndUnstarted();
            return;
        }
        if (End(loop, StopReason.ByCaller))
        {
            loop.Stop(StopReason.ByCaller);
        }
        await using var abort = cancellationToken.UnsafeRegister(static l => ((ConnectLoop)l!).Abort(), loop).ConfigureAwait(false);
        await loop.Ended.ConfigureAwait(false);
    }

    /// <summary>As <see cref="StopAsync"/>, and for ever.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }
        await StopAsync().ConfigureAwait(false);
    }

    // What was given to a client that never ran waits for nothing any more.
    private void EndUnstarted()
    {
        lock (_gate)
        {
            if (_loop is not null || _state == GoHubClientState.Stopped)
            {
                return;
            }
            _state = GoHubClientState.Stopped;
        }
        EndAll(StopReason.ByCaller, TakeAll(StopReason.ByCaller));
        EventCalls.Raise(StateChanged, handler => handler(new GoHubClientStateChange(GoHubClientState.Stopped, null, StopReason.ByCaller.Sentence)), _core.Logger, nameof(StateChanged));
    }

    /// <returns>False if it was over already.</returns>
    private bool End(ConnectLoop loop, StopReason why)
    {
        Leftovers left;
        lock (_gate)
        {
            if (loop.IsOver)
            {
                return false;
            }
            loop.IsOver = true;
            left = TakeAll(why);
        }
        EndAll(why, left);
        return true;
    }

    // Under the lock, so that nothing of the next run is among it.
    private Leftovers TakeAll(StopReason why)
    {
        var left = new Leftovers(_core.Outbox.Close(why), _core.Requests.TakeAll(), _core.Rooms.TakeAll());
        _core.Streams.End();
        return left;
    }

    private void EndAll(StopReason why, Leftovers left)
    {
        left.Messages.ForEach(m => m.Written?.TrySetException(why.ToException()));
        left.Requests.ForEach(r => _core.Requests.Fail(r, why.ToException()));
        left.Rooms.ForEach(r => _core.Rooms.Lose(r, new GoHubClientRoomLost(GoHubRoomLoss.Stopped, why.Sentence, why.Error)));
        ClientLog.Stopped(_core.Logger, left.Messages.Count(static m => m.Request is null));
    }

    private void Change(GoHubClientStateChange change)
    {
        _core.Metrics.Moved(_state, change.State);
        _state = change.State;
        EventCalls.Raise(StateChanged, handler => handler(change), _core.Logger, nameof(StateChanged));
    }

    private static GoHubClientOptions Configured(Action<GoHubClientOptions>? configure)
    {
        var options = new GoHubClientOptions();
        configure?.Invoke(options);
        return options;
    }

    internal static Uri Parse(string url)
    {
        ArgumentException.ThrowIfNullOrEmpty(url);
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) ? WebSocketUri(uri) : throw BadUrl(nameof(url));
    }

    private static Uri WebSocketUri(Uri url)
    {
        var scheme = !url.IsAbsoluteUri ? null : url.Scheme switch
        {
            "ws" or "http" => "ws",
            "wss" or "https" => "wss",
            _ => null,
        };
        if (scheme is null || url.Host.Length == 0)
        {
            throw BadUrl(nameof(url));
        }
        return url.Scheme == scheme ? url : new UriBuilder(url) { Scheme = scheme, Port = url.IsDefaultPort ? -1 : url.Port }.Uri;
    }

    // Without the URL itself, which may hold a token.
    private static ArgumentException BadUrl(string parameter) =>
        new("The URL is not that of a hub. Write one such as wss://live.example/ws, with ws, wss, http or https.", parameter);

    private sealed record Leftovers(List<OutboxItem> Messages, List<PendingRequest> Requests, List<GoHubClientRoom> Rooms);
}
