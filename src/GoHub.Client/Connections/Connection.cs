using System.Net.WebSockets;
using GoHub.Client.Connecting;
using GoHub.Client.Messages;
using GoHub.Client.Sending;

namespace GoHub.Client.Connections;

/// <summary>One open socket, from the upgrade to the end.</summary>
/// <remarks>
/// Owner: <see cref="ConnectLoop"/>. The receive side belongs to <see cref="ReceiveAllAsync"/>, the send side to the <see cref="Writer"/>. Threads: any may ask for the end.
/// </remarks>
internal sealed class Connection : IDisposable
{
    private readonly WebSocket _socket;
    private readonly Router _router;
    private readonly GoHubClientOptions _options;
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource _closeAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (WebSocketCloseStatus Code, ConnectionEnd End)? _ownEnd; // Set once, before _closeAsked.
    private Exception? _fault;
    private bool _isCurrent;
    private long? _heardAt;

    public Connection(WebSocket socket, Router router, Outbox outbox, GoHubClientOptions options, Action sent, Action<OutboxItem?> notSent, CancellationToken stopped)
    {
        (_socket, _router, _options, Stopped) = (socket, router, options, stopped);
        Writer = new ConnectionWriter(socket, outbox, sent, (fault, item) =>
        {
            Fail(fault);
            notSent(item);
        });
    }

    public ConnectionWriter Writer { get; }

    /// <summary>Whether the server has promised to say welcome.</summary>
    public bool ExpectsWelcome => _socket.SubProtocol == Connector.SubProtocol;

    /// <summary>Done with the first message of the server.</summary>
    public Task Heard => _heard.Task;

    /// <summary>Done when this side wants to end it.</summary>
    public Task CloseAsked => _closeAsked.Task;

    /// <summary>Cancelled when it ends, whoever ends it.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Cancelled when the client stops.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>What the notice <c>reconnect</c> said.</summary>
    public TimeSpan? Hint { get; set; }

    /// <summary>Called by the first message, after a welcome was read and before anything else comes of it.</summary>
    public Action? FirstMessage { get; set; }

    /// <summary>Makes it the client's connection.</summary>
    /// <returns>True once.</returns>
    public bool TryBecome() => !Interlocked.Exchange(ref _isCurrent, true);

    /// <summary>Reads until the end, and hands on each message.</summary>
    /// <returns>How it ended.</returns>
    public async Task<ConnectionEnd> ReceiveAllAsync()
    {
        var message = new MessageReader(_options.MaxMessageSize);
        try
        {
            while (await message.ReadAsync(_socket).ConfigureAwait(false))
            {
                await _router.ReceiveAsync(this, message.Bytes, message.IsBinary).ConfigureAwait(false);
            }
            return End(message.IsTooLarge ? TooLarge() : Closed());
        }
        catch (Exception e)
        {
            // Whatever it is, nothing more comes from here, and another connection may be better.
            return End(new ConnectionEnd { Error = _fault ?? e, Reason = "the connection broke" });
        }
        finally
        {
            message.Release();
            _ = _gone.CancelAsync();
        }
    }

    /// <summary>To be called for each message.</summary>
    public void Hear()
    {
        if (_heardAt is not null)
        {
            return;
        }
        _heardAt = _options.TimeProvider.GetTimestamp();
        FirstMessage?.Invoke();
        _heard.TrySetResult();
    }

    /// <summary>Asks for the end from this side. The first who asks says why.</summary>
    public void AskToClose(WebSocketCloseStatus code, ConnectionEnd end)
    {
        lock (_closeAsked)
        {
            if (_ownEnd is not null)
            {
                return;
            }
            _ownEnd = (code, end);
        }
        _closeAsked.TrySetResult();
        _ = _gone.CancelAsync();
    }

    /// <summary>Says goodbye, and waits for the server to say it too, as long as it may.</summary>
    public async Task CloseAsync(Task<ConnectionEnd> receiving)
    {
        Writer.Close(_ownEnd?.Code ?? WebSocketCloseStatus.NormalClosure, "");
        try
        {
            await receiving.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _socket.Abort();
        }
    }

    /// <summary>Answers the server's close frame if it sent one, and frees the socket once that is written.</summary>
    public async Task FinishAsync()
    {
        try
        {
            if (_socket.State == WebSocketState.CloseReceived)
            {
                Writer.Close(Echo(_socket.CloseStatus), "");
            }
            if (Writer.IsClosing)
            {
                await Writer.Closed.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            _socket.Abort();
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Cuts it off.</summary>
    public void Abort() => _socket.Abort();

    public void Dispose()
    {
        _socket.Dispose();
        // Whoever looks at Gone later finds it cancelled; a source without a timer has nothing else to free.
        _ = _gone.CancelAsync();
    }

    private void Fail(Exception fault)
    {
        _fault ??= fault;
        _socket.Abort();
    }

    private ConnectionEnd Closed() => new()
    {
        // 1005 stands for a close frame without a code.
        CloseCode = (int?)_socket.CloseStatus is { } code and not (int)WebSocketCloseStatus.Empty ? code : null,
        Reason = _socket.CloseStatusDescription,
    };

    private ConnectionEnd TooLarge()
    {
        Writer.Close(WebSocketCloseStatus.MessageTooBig, "");
        var problem = $"A message of the server is larger than MaxMessageSize ({_options.MaxMessageSize} bytes).";
        return new ConnectionEnd { Reason = problem, Error = new InvalidDataException(problem) };
    }

    private ConnectionEnd End(ConnectionEnd end)
    {
        lock (_closeAsked)
        {
            end = _ownEnd?.End ?? end;
        }
        return end with { WasOpen = true, Hint = Hint, Life = _heardAt is { } since ? _options.TimeProvider.GetElapsedTime(since) : null };
    }

    // What stands for the absence of a code must not be sent (RFC 6455 §7.4.1).
    private static WebSocketCloseStatus Echo(WebSocketCloseStatus? code) =>
        (int?)code is null or 1005 or 1006 or 1015 ? WebSocketCloseStatus.NormalClosure : code.Value;
}
