using System.Collections.Concurrent;
using System.Threading.Channels;
using GoHub.Diagnostics;
using Microsoft.Extensions.Logging;

namespace GoHub.Events;

/// <summary>One subscriber: a bounded queue, and a pump that calls its handler in order for each connection.</summary>
/// <remarks>Owner of <see cref="_tails"/>: the pump. Threads: any may offer.</remarks>
internal sealed class EventSubscription : IDisposable
{
    // Enough for a burst of reconnects; an event is a few dozen bytes, a message event at most MaxMessageSize more.
    private const int Capacity = 1024;
    private const int MaxAtOnce = 64;

    private readonly string _name;
    private readonly Func<Type, bool> _wants;
    private readonly Func<GoHubEvent, CancellationToken, Task>? _handler;
    private readonly Channel<GoHubEvent> _queue;
    private readonly GoHubMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Action<EventSubscription> _removed;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<string, Task> _tails = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(MaxAtOnce, MaxAtOnce);
    private Task _pump = Task.CompletedTask;
    private volatile bool _completed;
    private int _warned;

    /// <param name="name">For the log.</param>
    /// <param name="wants">Which types of event are taken.</param>
    /// <param name="handler">Null if a reader takes the events from <paramref name="queue"/> itself.</param>
    /// <param name="queue">From <see cref="CreateQueue"/>.</param>
    /// <param name="metrics">Counts what is dropped.</param>
    /// <param name="logger">Told once if the subscriber is slow, and each time it throws.</param>
    /// <param name="removed">Called on dispose.</param>
    public EventSubscription(
        string name, Func<Type, bool> wants, Func<GoHubEvent, CancellationToken, Task>? handler, Channel<GoHubEvent> queue, GoHubMetrics metrics, ILogger logger, Action<EventSubscription> removed)
    {
        (_name, _wants, _handler, _queue, _metrics, _logger, _removed) = (name, wants, handler, queue, metrics, logger, removed);
    }

    public static Channel<GoHubEvent> CreateQueue() =>
        Channel.CreateBounded<GoHubEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    public bool Wants(Type type) => _wants(type);

    public void Start()
    {
        if (_handler is not null)
        {
            _pump = PumpAsync(_handler);
        }
    }

    public void Offer(GoHubEvent e)
    {
        if (_queue.Writer.TryWrite(e) || _completed)
        {
            return;
        }
        _metrics.EventDropped();
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            Log.SubscriberTooSlow(_logger, _name);
        }
    }

    public Task CompleteAsync()
    {
        _completed = true;
        _queue.Writer.TryComplete();
        return _pump;
    }

    public void Dispose()
    {
        _removed(this);
        _completed = true;
        _ended.Cancel();
        _queue.Writer.TryComplete();
    }

    private async Task PumpAsync(Func<GoHubEvent, CancellationToken, Task> handler)
    {
        await foreach (var e in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_ended.IsCancellationRequested)
            {
                return;
            }
            await _places.WaitAsync().ConfigureAwait(false);
            var key = e.OrderKey ?? "";
            var line = HandleAsync(handler, e, _tails.GetValueOrDefault(key, Task.CompletedTask));
            if (line.IsCompleted)
            {
                _tails.TryRemove(key, out _);
                continue;
            }
            _tails[key] = line;
            _ = ForgetAsync(key, line);
        }
        await Task.WhenAll(_tails.Values).ConfigureAwait(false);
    }

    private async Task HandleAsync(Func<GoHubEvent, CancellationToken, Task> handler, GoHubEvent e, Task before)
    {
        try
        {
            await before.ConfigureAwait(false);
            // A handler that blocks must not hold up the pump.
            await Task.Yield();
            await handler(e, _ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Disposed while at work.
        }
        catch (Exception fault)
        {
            _metrics.CriticalError();
            Log.SubscriberFailed(_logger, fault, _name);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task ForgetAsync(string key, Task line)
    {
        await line.ConfigureAwait(false);
        _tails.TryRemove(new(key, line));
    }
}
