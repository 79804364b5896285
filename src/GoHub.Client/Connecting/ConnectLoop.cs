using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using GoHub.Client.Connections;
using GoHub.Client.Diagnostics;
using GoHub.Client.Sending;

namespace GoHub.Client.Connecting;

/// <summary>One run of a client, from a start to the stop: connects, lives, waits, connects again.</summary>
/// <remarks>
/// Owner: <see cref="GoHubClient"/>. Owner of the connection and of the client's state, which changes here and nowhere else. Threads: any may ask it to stop.
/// While it waits it holds one timer, and no thread.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "Handlers keep the token of _stop, which has no timer and nothing else to free.")]
internal sealed class ConnectLoop(ClientCore core, Task previous, bool wasEverConnected, Action<GoHubClientStateChange> changed, Func<ConnectLoop, StopReason, bool> end)
{
    // Longer than any welcome takes. A server that says nothing at all is connected, too.
    private static readonly TimeSpan WelcomeTimeout = TimeSpan.FromSeconds(2);

    private readonly ReconnectPolicy _policy = new(core.Options, wasEverConnected);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Connection? _connection;
    private Task _finishing = Task.CompletedTask;
    private Task _resuming = Task.CompletedTask;
    private Task _refreshing = Task.CompletedTask;

    /// <summary>Done with the first connection; fails when the run ends before.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Done when nothing of the run is left.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether it has been asked to stop, or has stopped for good. Guarded by the client's lock.</summary>
    public bool IsOver { get; set; }

    public bool WasEverConnected => _policy.WasEverConnected;

    private GoHubClientOptions Options => core.Options;

    /// <summary>Begins, without the context of whoever started the client: handlers have none of it.</summary>
    public void Begin()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = RunAsync();
            return;
        }
        using (ExecutionContext.SuppressFlow())
        {
            _ = RunAsync();
        }
    }

    /// <summary>Asks it to stop.</summary>
    public void Stop(StopReason why)
    {
        Refuse(why);
        _ = _stop.CancelAsync();
    }

    /// <summary>Has it stop without waiting for the server's goodbye.</summary>
    public void Abort() => Volatile.Read(ref _connection)?.Abort();

    private async Task RunAsync()
    {
        await previous.ConfigureAwait(false);
        var last = new GoHubClientStateChange(GoHubClientState.Stopped);
        while (!_stop.IsCancellationRequested)
        {
            changed(new GoHubClientStateChange(GoHubClientState.Connecting));
            // However fast attempts fail, they hold nobody's thread.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var connectionEnd = await AttemptAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested)
            {
                break;
            }
            if (!connectionEnd.WasOpen)
            {
                core.Metrics.AttemptFailed();
            }
            var next = _policy.Decide(connectionEnd);
            last = new GoHubClientStateChange(GoHubClientState.Stopped, connectionEnd.CloseCode, connectionEnd.Reason ?? connectionEnd.Error?.Message, null, connectionEnd.Error);
            if (next.Delay is not { } delay)
            {
                StopForGood(new StopReason(next.Why, connectionEnd.CloseCode, connectionEnd.Error));
                break;
            }
            // The timer is set before anybody hears of it.
            var waiting = Task.Delay(delay, Options.TimeProvider, _stop.Token);
            LogEnd(connectionEnd, delay);
            changed(last with { State = GoHubClientState.Waiting, Delay = delay });
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await _finishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        changed(_stop.IsCancellationRequested ? new GoHubClientStateChange(GoHubClientState.Stopped, null, StopReason.ByCaller.Sentence) : last);
        _ended.TrySetResult();
    }

    private void StopForGood(StopReason why)
    {
        if (end(this, why))
        {
            ClientLog.StoppedForGood(core.Logger, ClientLog.Safe(why.Sentence));
            Refuse(why);
        }
    }

    private void Refuse(StopReason why)
    {
        _connected.TrySetException(why.ToException());
        // Nobody has to wait for it.
        _ = _connected.Task.Exception;
    }

    private void LogEnd(ConnectionEnd connectionEnd, TimeSpan delay)
    {
        var milliseconds = (long)delay.TotalMilliseconds;
        if (connectionEnd.WasOpen)
        {
            ClientLog.ConnectionEnded(core.Logger, connectionEnd.CloseCode, ClientLog.Safe(connectionEnd.Reason), milliseconds);
        }
        else
        {
            ClientLog.AttemptFailed(core.Logger, ClientLog.Safe(core.Uri), ClientLog.Safe(connectionEnd.Error?.Message), milliseconds);
        }
    }

    private async Task<ConnectionEnd> AttemptAsync()
    {
        ClientLog.Connecting(core.Logger, ClientLog.Safe(core.Uri), _policy.Attempt);
        var (socket, token, failure) = await ConnectAsync().ConfigureAwait(false);
        return socket is null ? failure! : await LiveAsync(socket, token).ConfigureAwait(false);
    }

    private async Task<(WebSocket? Socket, string? Token, ConnectionEnd? Failure)> ConnectAsync()
    {
        using var timeout = new CancellationTokenSource(Options.ConnectTimeout, Options.TimeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        try
        {
            var token = await core.Tokens.ForConnectAsync(limit.Token).ConfigureAwait(false);
            return (await core.Connector.ConnectAsync(token, _policy.Attempt, limit.Token).ConfigureAwait(false), token, null);
        }
        catch (Exception e)
        {
            // Whatever it is, the address, the network, the token provider: the attempt has failed, and the next may not.
            var why = timeout.IsCancellationRequested && e is OperationCanceledException
                ? new TimeoutException($"There was no connection within ConnectTimeout ({Options.ConnectTimeout}).", e) : e;
            return (null, null, new ConnectionEnd { Error = why });
        }
    }

    private async Task<ConnectionEnd> LiveAsync(WebSocket socket, string? token)
    {
        var connection = new Connection(socket, core.Router, core.Outbox, Options, core.Metrics.Sent, item => NotSent(item), _stop.Token);
        connection.FirstMessage = () => Become(connection, token);
        Volatile.Write(ref _connection, connection);
        using var stopping = _stop.Token.UnsafeRegister(static c => ((Connection)c!).AskToClose(WebSocketCloseStatus.NormalClosure, new ConnectionEnd()), connection);
        if (!connection.ExpectsWelcome)
        {
            Become(connection, token);
        }
        var receiving = connection.ReceiveAllAsync();
        if (connection.ExpectsWelcome)
        {
            await WaitForWelcomeAsync(connection, receiving).ConfigureAwait(false);
            if (!receiving.IsCompleted)
            {
                Become(connection, token);
            }
        }
        await Task.WhenAny(receiving, connection.CloseAsked).ConfigureAwait(false);
        if (!receiving.IsCompleted)
        {
            Leave(connection, null, null);
            await connection.CloseAsync(receiving).ConfigureAwait(false);
        }
        var connectionEnd = await receiving.ConfigureAwait(false);
        Leave(connection, connectionEnd.CloseCode, connectionEnd.Error);
        await Task.WhenAll(_resuming, _refreshing).ConfigureAwait(false);
        Volatile.Write(ref _connection, null);
        // Bounded by CloseTimeout; the next attempt need not wait for it.
        _finishing = Task.WhenAll(_finishing, connection.FinishAsync());
        return connectionEnd;
    }

    private async Task WaitForWelcomeAsync(Connection connection, Task receiving)
    {
        Task any = Task.WhenAny(connection.Heard, connection.CloseAsked, receiving);
        await any.WaitAsync(WelcomeTimeout, Options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // By the first message, or by this loop where none comes; once.
    private void Become(Connection connection, string? token)
    {
        if (connection.CloseAsked.IsCompleted || !connection.TryBecome())
        {
            return;
        }
        core.Outbox.Attach(connection.Writer);
        core.Metrics.Connected(isFirst: !_policy.WasEverConnected);
        _policy.WasEverConnected = true;
        ClientLog.Connected(core.Logger, ClientLog.Safe(core.Uri), ClientLog.Safe(core.ConnectionId));
        _refreshing = core.TokenRefresh.RunAsync(connection, token);
        changed(new GoHubClientStateChange(GoHubClientState.Connected));
        _resuming = ResumeAsync(connection);
        _connected.TrySetResult();
    }

    private async Task ResumeAsync(Connection connection)
    {
        try
        {
            await core.RoomComings.RejoinAsync(connection.Gone).ConfigureAwait(false);
            core.Outbox.Release(connection.Writer);
        }
        catch (OperationCanceledException) when (connection.Gone.IsCancellationRequested)
        {
            // The next connection joins them.
        }
        catch (GoHubClientException e)
        {
            // A server that does not answer a join will not answer anything else.
            connection.AskToClose(WebSocketCloseStatus.NormalClosure, new ConnectionEnd { Error = e, Reason = e.Message });
        }
    }

    // Nothing more goes out here; what was on its way is lost.
    private void Leave(Connection connection, int? closeCode, Exception? why)
    {
        var refused = core.Outbox.Detach(connection.Writer);
        foreach (var (item, reason) in refused)
        {
            item.Written?.TrySetException(reason);
            core.Requests.Fail(item, reason);
        }
        if (refused.Count > 0)
        {
            ClientLog.QueueCut(core.Logger, refused.Count);
        }
        core.Requests.FailTaken(closeCode, why);
    }

    private void NotSent(OutboxItem? item)
    {
        if (item?.Written is { } sender)
        {
            sender.TrySetException(new GoHubClientException(GoHubClientError.ConnectionLost, "The connection was lost while the message was being sent. Whether the server has it is unknown."));
        }
        else if (item is { Request: null })
        {
            ClientLog.MessageInDoubt(core.Logger);
        }
    }
}
