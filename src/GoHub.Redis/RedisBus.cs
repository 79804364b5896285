using GoHub.Bus;
using GoHub.Lifetime;
using Microsoft.Extensions.Logging;

namespace GoHub.Redis;

/// <summary>Joins nodes by Redis' publish and subscribe.</summary>
/// <remarks>Owner of the connection, one <see cref="RedisLink"/> after the other. Threads: any.</remarks>
internal sealed class RedisBus : IClusterBus
{
    public const string BusName = "redis";

    /// <summary>Unit: bytes. Far above any message, far below the 512 MiB that Redis takes.</summary>
    public const int MaxFrame = 16 * 1024 * 1024;

    /// <summary>As cluster design §1.5 has it: three renewals of 5 s.</summary>
    private static readonly TimeSpan SeatLease = TimeSpan.FromSeconds(15);

    private readonly RedisSettings _settings;
    private readonly ILogger _logger;
    private readonly RedisSubscriptions _subscriptions = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile RedisLink? _up;
    private volatile RedisLink? _link;

    public RedisBus(GoHubClusterOptions cluster, ILogger<RedisBus> logger, TimeSpan? lease = null)
    {
        _settings = new RedisSettings(cluster);
        _logger = logger;
        Seats = new RedisSeats(() => _up, _settings, lease ?? SeatLease);
    }

    public string Name => BusName;

    public int MaxFrameBytes => MaxFrame;

    public ISeatStore Seats { get; }

    public Task StartAsync(IBusReceiver receiver, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running = RunAsync(receiver, started);
        return started.Task.WaitAsync(cancellationToken);
    }

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation = 0)
    {
        if (frame.Length > MaxFrame)
        {
            return BusPublish.TooLarge;
        }
        return _up is { } link && !link.Lost.IsCompleted ? link.TryPublish(subject, frame, correlation) : BusPublish.Down;
    }

    public ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken) => _subscriptions.SubscribeAsync(subject, cancellationToken);

    public void Unsubscribe(string subject) => _subscriptions.Unsubscribe(subject);

    public void Reconnect() => _link?.Fail("it was given up");

    public async ValueTask DisposeAsync()
    {
        // Not disposed: it has neither a timer nor a handle, and may be asked for once more.
        await _stopping.CancelAsync().ConfigureAwait(false);
        _link?.Fail("closed");
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync(IBusReceiver receiver, TaskCompletionSource started)
    {
        var backoff = new Backoff();
        string? lastProblem = null;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var began = TimeProvider.System.GetTimestamp();
                await LiveAsync(receiver, started).ConfigureAwait(false);
                lastProblem = null;
                backoff.AfterLife(TimeProvider.System.GetElapsedTime(began));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (StartupException e) when (!started.Task.IsCompleted)
            {
                started.SetException(e);
                return;
            }
            catch (Exception e)
            {
                Report(e, ref lastProblem);
                started.TrySetResult();
            }
            try
            {
                await Task.Delay(backoff.Next(), _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        started.TrySetResult();
    }

    /// <summary>One link, from the attempt to its end.</summary>
    private async Task LiveAsync(IBusReceiver receiver, TaskCompletionSource started)
    {
        var link = await RedisLink.ConnectAsync(_settings, receiver, _logger, _stopping.Token).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            _link = link;
            var refused = await _subscriptions.MoveToAsync(link).ConfigureAwait(false);
            foreach (var subject in refused ?? [])
            {
                RedisLog.SubscriptionRefused(_logger, subject);
            }
            if (refused is not null)
            {
                _up = link;
                receiver.OnUp();
                started.TrySetResult();
            }
            var why = await link.Lost.ConfigureAwait(false);
            _subscriptions.Detach(link);
            if (_up == link)
            {
                _up = null;
                if (!_stopping.IsCancellationRequested)
                {
                    receiver.OnDown(why);
                    if (await link.WasCutOffAsync().ConfigureAwait(false))
                    {
                        // How many were waiting for this node, nobody says.
                        receiver.OnLost(1);
                    }
                }
            }
        }
    }

    /// <summary>Each reason once: a server that is away for an hour is one line.</summary>
    private void Report(Exception fault, ref string? lastProblem)
    {
        if (fault.Message != lastProblem)
        {
            lastProblem = fault.Message;
            RedisLog.NoConnection(_logger, fault.Message);
        }
    }
}
