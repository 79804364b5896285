using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GoHub.Diagnostics;
using Microsoft.Extensions.Logging;

namespace GoHub.Events;

/// <summary>What happens on this node, told to whoever subscribed.</summary>
/// <remarks>
/// Owner of the subscriptions. Threads: any. Each subscription has a bounded queue of its own: a slow one loses events, which
/// is counted and logged, and a throwing one is logged; neither holds up a socket or another subscription.
/// Events of one connection reach a subscription in order; those of different connections may be handled side by side, 64 at once.
/// </remarks>
public sealed class GoHubEvents
{
    private readonly TimeProvider _time;
    private readonly GoHubMetrics _metrics;
    private readonly ILogger<GoHubEvents> _logger;
    private readonly Lock _gate = new();
    private volatile EventSubscription[] _all = [];
    private bool _completed;

    internal GoHubEvents(TimeProvider time, GoHubMetrics metrics, ILogger<GoHubEvents> logger)
    {
        _time = time;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Calls <paramref name="handler"/> for each event of a type; <see cref="GoHubEvent"/> means all.</summary>
    /// <returns>Dispose it to end the subscription.</returns>
    public IDisposable On<TEvent>(Func<TEvent, CancellationToken, Task> handler)
        where TEvent : GoHubEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Subscribe<TEvent>((e, ct) => handler((TEvent)e, ct));
    }

    /// <summary>Calls <paramref name="handler"/> for each event of a type; <see cref="GoHubEvent"/> means all.</summary>
    /// <returns>Dispose it to end the subscription.</returns>
    public IDisposable On<TEvent>(Action<TEvent> handler)
        where TEvent : GoHubEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<TEvent>((e, _) =>
        {
            handler(e);
            return Task.CompletedTask;
        });
    }

    /// <summary>The events of a type from this call on, in order, until the token is cancelled or the node stops. Read them: what waits is bounded.</summary>
    public IAsyncEnumerable<TEvent> ReadAllAsync<TEvent>(CancellationToken cancellationToken = default)
        where TEvent : GoHubEvent
    {
        var queue = EventSubscription.CreateQueue();
        return ReadAsync<TEvent>(queue.Reader, Subscribe<TEvent>(handler: null, queue), cancellationToken);
    }

    private static async IAsyncEnumerable<TEvent> ReadAsync<TEvent>(
        ChannelReader<GoHubEvent> queue, IDisposable subscription, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TEvent : GoHubEvent
    {
        using (subscription)
        {
            await foreach (var e in queue.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return (TEvent)e;
            }
        }
    }

    /// <summary>Tells an event, which is made only if somebody wants it.</summary>
    internal void Publish<TState, TEvent>(TState state, Func<TState, DateTimeOffset, TEvent> create)
        where TEvent : GoHubEvent
    {
        var all = _all;
        if (all.Length == 0)
        {
            return;
        }
        GoHubEvent? made = null;
        foreach (var subscription in all)
        {
            if (subscription.Wants(typeof(TEvent)))
            {
                subscription.Offer(made ??= create(state, _time.GetUtcNow()));
            }
        }
    }

    /// <param name="handler">Null if a reader takes the events from <paramref name="queue"/> itself.</param>
    /// <param name="queue">The queue of that reader.</param>
    /// <param name="name">For the log; default the event's type.</param>
    /// <param name="wants">Which types of event are taken; default <typeparamref name="TEvent"/>. Others are not even made for it.</param>
    internal IDisposable Subscribe<TEvent>(
        Func<GoHubEvent, CancellationToken, Task>? handler, Channel<GoHubEvent>? queue = null, string? name = null, Func<Type, bool>? wants = null)
        where TEvent : GoHubEvent
    {
        wants ??= static type => type.IsAssignableTo(typeof(TEvent));
        var subscription = new EventSubscription(name ?? typeof(TEvent).Name, wants, handler, queue ?? EventSubscription.CreateQueue(), _metrics, _logger, Remove);
        lock (_gate)
        {
            if (_completed)
            {
                subscription.CompleteAsync();
            }
            else
            {
                _all = [.. _all, subscription];
            }
        }
        subscription.Start();
        return subscription;
    }

    /// <summary>Ends all subscriptions once they have handled what they hold.</summary>
    internal Task CompleteAsync()
    {
        lock (_gate)
        {
            _completed = true;
        }
        return Task.WhenAll(_all.Select(s => s.CompleteAsync()));
    }

    private void Remove(EventSubscription subscription)
    {
        lock (_gate)
        {
            _all = [.. _all.Where(s => s != subscription)];
        }
    }
}
