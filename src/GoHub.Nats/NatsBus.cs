using GoHub.Bus;
using GoHub.Lifetime;
using GoHub.Nats.Seats;
using Microsoft.Extensions.Logging;

namespace GoHub.Nats;

/// <summary>Joins nodes by core NATS; keeps seats in JetStream where the account has it.</summary>
/// <remarks>Owner of the one connection and of who is told what about it: one task connects, tells up, waits for the loss, tells down, and begins again. Threads: any.</remarks>
internal sealed class NatsBus : IClusterBus
{
    public const string BusName = "nats";

    private const int DefaultMaxPayload = 1024 * 1024;

    /// <summary>How long <see cref="StartAsync"/> waits for servers that say nothing.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long after a JetStream has not answered it is asked again.</summary>
    private static readonly TimeSpan SeatsAgain = TimeSpan.FromSeconds(2);

    /// <summary>How long the last frames get to leave.</summary>
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(1);

    private readonly NatsSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NatsSubjects _subjects = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _closing = []; // Owner: RunAsync, then DisposeAsync
    private IBusReceiver? _receiver;
    private Task _running = Task.CompletedTask;
    private volatile NatsLink? _up;
    private volatile NatsSeats? _seats;
    private int _maxPayload = DefaultMaxPayload;
    private int _disposed;

    public NatsBus(NatsSettings settings, TimeProvider time, ILogger<NatsBus> logger)
    {
        _settings = settings;
        _time = time;
        _logger = logger;
    }

    public string Name => BusName;

    public int MaxFrameBytes => Volatile.Read(ref _maxPayload);

    public ISeatStore? Seats => _seats;

    /// <summary>How long a hold of seats lasts.</summary>
    internal TimeSpan SeatLease { get; init; } = NatsSeats.DefaultLease;

    public async Task StartAsync(IBusReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _running = RunAsync(receiver);
        try
        {
            await _started.Task.WaitAsync(StartPatience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (_started.TrySetResult())
        {
            NatsLog.Unreachable(_logger, "no answer yet");
        }
        catch (TimeoutException)
        {
            // Decided at the last moment, perhaps with a refusal.
            await _started.Task.ConfigureAwait(false);
        }
    }

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation = 0) => _up?.TryPublish(subject, frame, correlation) ?? BusPublish.Down;

    public ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken)
    {
        _subjects.Want(subject);
        return _subjects.ConfirmAsync(subject, cancellationToken);
    }

    public void Unsubscribe(string subject) => _subjects.Drop(subject);

    public void Reconnect() => _up?.Lose("it no longer answered");

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        if (_up is { } up)
        {
            await Task.WhenAny(up.FlushAsync(), Task.Delay(FlushPatience, _time)).ConfigureAwait(false);
        }
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await Task.WhenAll(_closing).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync(IBusReceiver receiver)
    {
        var dialer = new NatsDialer(_settings, receiver, _logger);
        try
        {
            var first = true;
            string? said = null;
            while (!_stopping.IsCancellationRequested)
            {
                if (!first)
                {
                    await Task.Delay(dialer.NextWait(), _time, _stopping.Token).ConfigureAwait(false);
                }
                var dialled = await dialer.DialAsync(_stopping.Token).ConfigureAwait(false);
                if (dialled.Link is { } link)
                {
                    said = null;
                    if (!await LiveAsync(link, receiver, dialer).ConfigureAwait(false))
                    {
                        return;
                    }
                }
                else if (Refuses(dialled.Refusal))
                {
                    return;
                }
                else
                {
                    said = Say(dialled, first, said);
                }
                first = false;
                _started.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _started.TrySetResult();
        }
        catch (Exception e)
        {
            if (!_started.TrySetException(e))
            {
                NatsLog.Stopped(_logger, e);
            }
        }
    }

    /// <summary>Uses a connection until it is lost.</summary>
    /// <returns>False if there is to be no other.</returns>
    private async Task<bool> LiveAsync(NatsLink link, IBusReceiver receiver, NatsDialer dialer)
    {
        try
        {
            if (!await _subjects.AttachAsync(link).ConfigureAwait(false))
            {
                return true;
            }
            if (!await OpenSeatsAsync(link).ConfigureAwait(false))
            {
                return false;
            }
            if (!link.Lost.IsCompleted)
            {
                Volatile.Write(ref _maxPayload, link.MaxFrameBytes);
                _up = link;
                dialer.Settle();
                receiver.OnUp();
                _started.TrySetResult();
                var why = await link.Lost.WaitAsync(_stopping.Token).ConfigureAwait(false);
                _up = null;
                receiver.OnDown(why);
            }
            return true;
        }
        finally
        {
            _up = null;
            _subjects.Detach(link);
            _closing.RemoveAll(static t => t.IsCompleted);
            _closing.Add(link.DisposeAsync().AsTask());
        }
    }

    /// <returns>False if the options are refused.</returns>
    private async Task<bool> OpenSeatsAsync(NatsLink link)
    {
        var opened = await SeatBucket.OpenAsync(link, _settings, SeatLease, _stopping.Token).ConfigureAwait(false);
        if (opened.Bucket is { } bucket)
        {
            Use(bucket);
        }
        else if (Refuses(opened.Refusal))
        {
            return false;
        }
        else if ((opened.Why ?? opened.Refusal) is { } why && !link.Lost.IsCompleted)
        {
            NatsLog.NoSeats(_logger, link.Server.ToString(), why);
            if (why == SeatBucket.NoAnswer)
            {
                // Ends with the connection, and takes care of its own faults.
                _closing.Add(OpenSeatsLaterAsync(link));
            }
        }
        return true;
    }

    /// <summary>Asks a JetStream that has not answered until it does: a node without seats would undo the limits that others hold.</summary>
    private async Task OpenSeatsLaterAsync(NatsLink link)
    {
        try
        {
            while (!link.Lost.IsCompleted)
            {
                await Task.Delay(SeatsAgain, _time, _stopping.Token).ConfigureAwait(false);
                var opened = await SeatBucket.OpenAsync(link, _settings, SeatLease, _stopping.Token).ConfigureAwait(false);
                if (opened.Bucket is { } bucket)
                {
                    Use(bucket);
                    return;
                }
                if (opened.Why != SeatBucket.NoAnswer)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The bus ends.
        }
        catch (Exception e)
        {
            NatsLog.NoSeats(_logger, link.Server.ToString(), e.Message);
        }
    }

    private void Use(SeatBucket bucket)
    {
        var seats = _seats ?? new NatsSeats(_time) { Lease = SeatLease };
        seats.Use(bucket);
        _seats = seats;
    }

    // A refusal keeps the node from starting; later it may be the server's passing fault.
    private bool Refuses(string? refusal) => refusal is not null && _started.TrySetException(new StartupException(refusal));

    /// <summary>Logs why there is no connection, once for each reason.</summary>
    private string? Say(DialResult dialled, bool first, string? said)
    {
        if (dialled.Refusal is { } refusal && refusal != said)
        {
            NatsLog.Refused(_logger, refusal);
            return refusal;
        }
        if (first)
        {
            NatsLog.Unreachable(_logger, dialled.Fault);
        }
        return said;
    }
}
