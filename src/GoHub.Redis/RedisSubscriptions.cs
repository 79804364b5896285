using System.Collections.Concurrent;
using GoHub.Bus;

namespace GoHub.Redis;

/// <summary>What this node wants to be subscribed to, whatever becomes of the connection.</summary>
/// <remarks>Owner of the wanted subjects. Threads: any; each subject has a lock of its own, so that asking and ending keep their order.</remarks>
internal sealed class RedisSubscriptions
{
    /// <summary>Subscriptions asked for at once after a new connection. Each is some 100 bytes on the wire.</summary>
    private const int Batch = 5_000;

    private readonly ConcurrentDictionary<string, Wanted> _wanted = new(StringComparer.Ordinal);
    private TaskCompletionSource _arrival = NewArrival();
    private volatile RedisLink? _link;

    public int Count => _wanted.Count;

    /// <exception cref="BusException">Redis does not let this user subscribe to it.</exception>
    public async ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before the link is looked at: an arrival after that completes this one.
            var arrival = Volatile.Read(ref _arrival).Task;
            if (Ask(subject) is not { } asked)
            {
                await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            switch (await asked.Answer.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                case SubscribeOutcome.Confirmed:
                    return;
                case SubscribeOutcome.Refused:
                    throw new BusException($"Redis does not let this user subscribe to {subject}.");
                default:
                    Detach(asked.Link);
                    break;
            }
        }
    }

    public void Unsubscribe(string subject)
    {
        if (!_wanted.TryGetValue(subject, out var wanted))
        {
            return;
        }
        lock (wanted)
        {
            wanted.IsWanted = false;
            if (wanted.Answer is { IsCompleted: false } answer)
            {
                // The library forgets a subscription that is not confirmed yet, but Redis would not.
                answer.ContinueWith(_ => Drop(subject, wanted), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                return;
            }
        }
        Drop(subject, wanted);
    }

    /// <summary>Subscribes to everything on a new link.</summary>
    /// <returns>The subjects that Redis refused; null if the link was lost meanwhile.</returns>
    public async Task<IReadOnlyList<string>?> MoveToAsync(RedisLink link)
    {
        _link = link;
        Interlocked.Exchange(ref _arrival, NewArrival()).TrySetResult();
        List<string> refused = [];
        foreach (var subjects in _wanted.Keys.Chunk(Batch))
        {
            var answers = subjects.Select(AskAgain).ToArray();
            var outcomes = await Task.WhenAll(answers).ConfigureAwait(false);
            if (link.Lost.IsCompleted)
            {
                return null;
            }
            refused.AddRange(subjects.Where((_, i) => outcomes[i] == SubscribeOutcome.Refused));
        }
        return refused;
    }

    /// <summary>Makes those who subscribe wait for the next link.</summary>
    public void Detach(RedisLink link) => Interlocked.CompareExchange(ref _link, null, link);

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>Null if there is no link.</returns>
    private (RedisLink Link, Task<SubscribeOutcome> Answer)? Ask(string subject)
    {
        while (true)
        {
            var wanted = _wanted.GetOrAdd(subject, static _ => new Wanted());
            lock (wanted)
            {
                if (wanted.IsGone)
                {
                    continue;
                }
                wanted.IsWanted = true;
                return _link is { } link ? (link, Ask(subject, wanted, link)) : null;
            }
        }
    }

    private Task<SubscribeOutcome> AskAgain(string subject)
    {
        if (!_wanted.TryGetValue(subject, out var wanted))
        {
            return Task.FromResult(SubscribeOutcome.Confirmed);
        }
        lock (wanted)
        {
            return wanted is { IsGone: false, IsWanted: true } && _link is { } link ? Ask(subject, wanted, link) : Task.FromResult(SubscribeOutcome.Confirmed);
        }
    }

    private static Task<SubscribeOutcome> Ask(string subject, Wanted wanted, RedisLink link)
    {
        if (wanted.Link != link || wanted.Answer is null or { IsCompletedSuccessfully: true, Result: not SubscribeOutcome.Confirmed })
        {
            wanted.Link = link;
            wanted.Answer = link.SubscribeAsync(subject);
        }
        return wanted.Answer;
    }

    private void Drop(string subject, Wanted wanted)
    {
        lock (wanted)
        {
            if (wanted.IsWanted || wanted.IsGone)
            {
                return;
            }
            if (wanted.Link is { } link && link == _link)
            {
                link.Unsubscribe(subject);
            }
            wanted.IsGone = true;
            _wanted.TryRemove(KeyValuePair.Create(subject, wanted));
        }
    }

    /// <summary>One subject. Threads: under its own lock.</summary>
    private sealed class Wanted
    {
        public bool IsWanted { get; set; }

        /// <summary>Removed; who finds it must look again.</summary>
        public bool IsGone { get; set; }

        /// <summary>Where it was asked for last.</summary>
        public RedisLink? Link { get; set; }

        public Task<SubscribeOutcome>? Answer { get; set; }
    }
}
