using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using GoHub.Bus;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace GoHub.Nats;

/// <summary>One connection to one server, until it is lost. What comes after is a new one: so nothing that was published before a loss goes out after it, and no subscription is there twice.</summary>
/// <remarks>Owner of the library's connection. Threads: any.</remarks>
internal sealed class NatsLink : IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly IBusReceiver _receiver;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PongFence _fence;
    private readonly NatsPublisher _publisher;
    private readonly string _inbox = $"_INBOX.gohub{RandomNumberGenerator.GetHexString(16, lowercase: true)}.";
    private readonly NobodySubscription _nobody;
    private string? _serverError;
    private int _saidKinds;
    private int _dialled;

    public NatsLink(NatsSettings settings, NatsServerAddress server, IBusReceiver receiver, ILogger logger)
    {
        Server = server;
        _receiver = receiver;
        _logger = logger;
        _connection = new NatsConnection(settings.For(server));
        _fence = new PongFence(PingAsync, _closed.Token);
        _publisher = new NatsPublisher(_connection, _fence, Lose);
        _nobody = new NobodySubscription(_connection, this, _inbox);
        _connection.OnConnectingAsync = DialOnce;
        _connection.ConnectionDisconnected += OnDisconnected;
        _connection.ServerError += OnServerError;
        _connection.MessageDropped += OnDropped;
    }

    public NatsServerAddress Server { get; }

    public NatsConnection Connection => _connection;

    /// <summary>Unit: bytes. Known once connected.</summary>
    public int MaxFrameBytes { get; private set; }

    /// <summary>Done with the reason when the connection is lost or given up.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Connects and asks to be told when nobody hears.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await _connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        MaxFrameBytes = _connection.ServerInfo!.MaxPayload;
        await _connection.AddSubAsync(_nobody, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a subscription; <see cref="ConfirmAsync"/> tells when the server has it.</summary>
    public FrameSubscription Subscribe(string subject)
    {
        var subscription = new FrameSubscription(_connection, this, subject);
        Watch(() => _connection.AddSubAsync(subscription, CancellationToken.None));
        return subscription;
    }

    public void Unsubscribe(FrameSubscription subscription) => Watch(subscription.UnsubscribeAsync);

    /// <summary>Done when the server has taken all that was written before.</summary>
    /// <returns>False if the connection is lost.</returns>
    public Task<bool> ConfirmAsync() => _fence.WaitAsync();

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation)
    {
        if (_closed.IsCancellationRequested || _connection.ConnectionState != NatsConnectionState.Open)
        {
            return BusPublish.Down;
        }
        if (frame.Length > MaxFrameBytes)
        {
            return BusPublish.TooLarge;
        }
        return _publisher.TryPublish(subject, frame, correlation == 0 ? null : _inbox + correlation.ToString("x16", CultureInfo.InvariantCulture));
    }

    /// <summary>Done when the server has taken every frame, or the connection is lost.</summary>
    public async Task FlushAsync()
    {
        while (await _fence.WaitAsync().ConfigureAwait(false) && _publisher.IsWaiting)
        {
            // What waits goes out in the meantime.
        }
    }

    /// <summary>Gives the connection up.</summary>
    public void Lose(string why)
    {
        if (_lost.TrySetResult(Volatile.Read(ref _serverError) ?? why))
        {
            _closed.Cancel();
        }
    }

    /// <summary>Closes, however the server fares. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        Lose("closed");
        try
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (NatsFaults.IsConnection(e))
        {
            NatsLog.CloseFailed(_logger, e);
        }
    }

    internal void OnFrame(ReadOnlySequence<byte> payload)
    {
        // After the loss was said, a frame would come in the middle of nothing.
        if (_lost.Task.IsCompleted)
        {
            return;
        }
        if (payload.IsSingleSegment)
        {
            Deliver(payload.FirstSpan);
            return;
        }
        var length = (int)payload.Length;
        var whole = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(whole);
        Deliver(whole.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(whole);
    }

    internal void OnNobody(ReadOnlySpan<char> correlation)
    {
        if (!_lost.Task.IsCompleted && ulong.TryParse(correlation, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            _receiver.OnNobody(value);
        }
    }

    private void Deliver(ReadOnlySpan<byte> frame)
    {
        try
        {
            _receiver.OnFrame(frame);
        }
        catch (Exception e)
        {
            // Let through, it would throw the library's reader off the protocol.
            NatsLog.ReceiverThrew(_logger, e);
        }
    }

    private async Task PingAsync(CancellationToken cancellationToken)
    {
        // Not the library's cancellation: a cancelled PING's PONG would be taken for the next one's.
        await _connection.PingAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Watch(Func<ValueTask> write)
    {
        try
        {
            var written = write();
            if (!written.IsCompletedSuccessfully)
            {
                _ = WatchAsync(written);
            }
        }
        catch (Exception e) when (NatsFaults.IsConnection(e))
        {
            Lose(e.Message);
        }
    }

    // A command that could not be written within the library's 5 s, or at all, is the end of the connection.
    private async Task WatchAsync(ValueTask written)
    {
        try
        {
            await written.ConfigureAwait(false);
        }
        catch (Exception e) when (NatsFaults.IsConnection(e))
        {
            Lose(e.Message);
        }
    }

    private ValueTask<(string Host, int Port)> DialOnce((string Host, int Port) endpoint) => Interlocked.Exchange(ref _dialled, 1) == 0
        ? ValueTask.FromResult(endpoint)
        : throw new NatsException("This connection is not used again.");

    private ValueTask OnDisconnected(object? sender, NatsEventArgs args)
    {
        Lose("the server has closed the connection");
        return ValueTask.CompletedTask;
    }

    private ValueTask OnDropped(object? sender, NatsMessageDroppedEventArgs args)
    {
        _receiver.OnLost(1);
        return ValueTask.CompletedTask;
    }

    private ValueTask OnServerError(object? sender, NatsServerErrorEventArgs args)
    {
        if (args.Error.Contains("Slow Consumer", StringComparison.OrdinalIgnoreCase))
        {
            _receiver.OnLost(1); // At least; the server does not say how many.
        }
        if (args.Kind is not (NatsServerErrorKind.PermissionsViolation or NatsServerErrorKind.MaximumSubscriptionsExceeded))
        {
            // It ends the connection, and is the reason that is told.
            Volatile.Write(ref _serverError, args.Error);
            return ValueTask.CompletedTask;
        }
        // One line for each kind: a missing permission is violated by every frame.
        var kind = 1 << (int)args.Kind;
        if ((Interlocked.Or(ref _saidKinds, kind) & kind) == 0)
        {
            NatsLog.ServerError(_logger, Server.ToString(), args.Error);
        }
        return ValueTask.CompletedTask;
    }
}
