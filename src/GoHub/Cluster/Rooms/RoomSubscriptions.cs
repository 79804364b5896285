using System.Collections.Concurrent;
using System.Text;
using GoHub.Bus;
using GoHub.Rooms;
using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>This node's ear in one room.</summary>
internal sealed class RoomSubscription(string room)
{
    public string Room { get; } = room;

    /// <summary>Used by the queue that delivers this room only.</summary>
    public GapDetector Gaps { get; } = new();

    /// <summary>Done when the bus has confirmed. Under the lock of this object.</summary>
    public Task? Confirmed { get; set; }

    /// <summary>Since when nobody is in the room; null while somebody is.</summary>
    public TimeSpan? EmptySince { get; set; }

    public bool IsRetired { get; set; }

    /// <summary>Whether somebody was let in before the bus had confirmed, and is told when it has. Under the lock of this object.</summary>
    public bool IsLate { get; set; }

    /// <summary>When the ear is tried next. Of the clock alone.</summary>
    public TimeSpan ProbeAt { get; set; }

    /// <summary>Whether a probe was sent at the last try. Of the clock alone.</summary>
    public bool AwaitsEcho { get; set; }

    /// <summary>Whether a probe is on its way: set by the clock, cleared when it comes back.</summary>
    public bool IsProbed
    {
        get => Volatile.Read(ref _probed);
        set => Volatile.Write(ref _probed, value);
    }

    private bool _probed;
}

/// <summary>Listens to the rooms that have members here, and to no others.</summary>
/// <remarks>
/// Owner of the subscriptions. Threads: any. The first member of a room subscribes, and nothing is subscribed for a connection; a while
/// after the last has left, and still nobody is there, the subscription ends. A subscription that the bus has lost by itself is found by
/// a probe and made anew.
/// </remarks>
internal sealed class RoomSubscriptions(ClusterNode cluster, IClusterBus bus, RoomRegistry rooms, ILogger logger)
{
    /// <summary>How long the ear stays in an empty room, for those that leave and come back. Source: cluster design §1.1.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>How long a join waits for the bus; then the member is in, and the subscription follows when the bus can.</summary>
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(1);

    /// <summary>How often the ear in each room is tried. Source: cluster design §1.6, the check of each room every 30 s.</summary>
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(30);

    /// <summary>How long a probe may take to come back.</summary>
    private static readonly TimeSpan EchoWithin = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, RoomSubscription> _byRoom = new(StringComparer.Ordinal);

    public int Count => _byRoom.Count;

    public IEnumerable<RoomSubscription> All => _byRoom.Select(pair => pair.Value);

    /// <param name="room">UTF-8 of the id.</param>
    public RoomSubscription? Find(ReadOnlySpan<byte> room)
    {
        Span<char> id = stackalloc char[Math.Min(room.Length, RoomRegistry.MaxNameBytes)];
        return room.Length <= RoomRegistry.MaxNameBytes && Encoding.UTF8.TryGetChars(room, id, out var length)
            && _byRoom.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id[..length], out var found) ? found : null;
    }

    /// <summary>Somebody has joined: done when messages of other nodes are sure to come, or at the latest a second later.</summary>
    public ValueTask EnterAsync(string room)
    {
        while (true)
        {
            var subscription = _byRoom.GetOrAdd(room, static id => new RoomSubscription(id));
            lock (subscription)
            {
                if (subscription.IsRetired)
                {
                    continue;
                }
                subscription.EmptySince = null;
                if (subscription.Confirmed is { IsFaulted: true } or { IsCanceled: true })
                {
                    subscription.Confirmed = null;
                }
                var confirmed = subscription.Confirmed ??= SubscribeAsync(room);
                return confirmed.IsCompletedSuccessfully || !cluster.IsUp ? ValueTask.CompletedTask : new ValueTask(WaitAsync(subscription, confirmed));
            }
        }
    }

    public void Left(string room)
    {
        if (_byRoom.TryGetValue(room, out var subscription))
        {
            lock (subscription)
            {
                subscription.EmptySince ??= cluster.Now;
            }
        }
    }

    /// <summary>A probe has come back: the room is heard.</summary>
    public void Echoed(ReadOnlySpan<byte> room)
    {
        if (Find(room) is { } subscription)
        {
            subscription.IsProbed = false;
        }
    }

    public void Tick()
    {
        var now = cluster.Now;
        foreach (var (room, subscription) in _byRoom)
        {
            if (now >= subscription.ProbeAt && cluster.IsUp)
            {
                Probe(subscription, now);
            }
            if (subscription.EmptySince is not { } since || now - since < Linger)
            {
                continue;
            }
            lock (subscription)
            {
                // Whoever joins comes to EnterAsync once more when he is a member, and that waits for this lock.
                if (rooms.Find(room) is { Count: > 0 })
                {
                    subscription.EmptySince = null;
                    continue;
                }
                subscription.IsRetired = true;
                _byRoom.TryRemove(new(room, subscription));
                bus.Unsubscribe(cluster.Subjects.Room(room));
            }
        }
    }

    private void Probe(RoomSubscription subscription, TimeSpan now)
    {
        var subject = cluster.Subjects.Room(subscription.Room);
        if (subscription.ProbeAt == TimeSpan.Zero)
        {
            // The first time: spread, so that not all rooms are tried at once.
            subscription.ProbeAt = now + (ProbeEvery * Random.Shared.NextDouble());
            return;
        }
        if (subscription.AwaitsEcho)
        {
            subscription.AwaitsEcho = false;
            subscription.ProbeAt = now + ProbeEvery;
            if (subscription.IsProbed)
            {
                Renew(subscription, subject);
            }
            return;
        }
        // Before it is sent: the echo may be faster than the call.
        subscription.IsProbed = true;
        subscription.AwaitsEcho = cluster.Publish(subject, BusFrame.Write(BusFrameKind.Probe, cluster.Self, Encoding.UTF8.GetBytes(subscription.Room), [])) == BusPublish.Sent;
        subscription.ProbeAt = now + (subscription.AwaitsEcho ? EchoWithin : ProbeEvery);
    }

    private void Renew(RoomSubscription subscription, string subject)
    {
        Task confirmed;
        lock (subscription)
        {
            if (subscription.IsRetired)
            {
                return;
            }
            ClusterLog.Deaf(logger, Diagnostics.Log.Safe(subscription.Room));
            bus.Unsubscribe(subject);
            subscription.Confirmed = confirmed = SubscribeAsync(subscription.Room);
        }
        _ = TellOnceHeardAsync(subscription, confirmed);
    }

    /// <summary>Not before the bus has confirmed: until then more may be missed.</summary>
    private async Task TellOnceHeardAsync(RoomSubscription subscription, Task confirmed)
    {
        await confirmed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (subscription)
        {
            subscription.IsLate = false;
        }
        cluster.Work.TellDeaf(subscription.Room);
    }

    private async Task SubscribeAsync(string room)
    {
        try
        {
            await bus.SubscribeAsync(cluster.Subjects.Room(room), CancellationToken.None).ConfigureAwait(false);
        }
        catch (BusException e)
        {
            // It stays wanted; the bus subscribes when it is back.
            ClusterLog.SubscriptionWaits(logger, e.Message);
        }
    }

    private async Task WaitAsync(RoomSubscription subscription, Task confirmed)
    {
        try
        {
            await confirmed.WaitAsync(ConfirmWithin, cluster.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            ClusterLog.SubscriptionWaits(logger, "the bus has not confirmed within a second");
            lock (subscription)
            {
                if (subscription.IsLate)
                {
                    return;
                }
                subscription.IsLate = true;
            }
            _ = TellOnceHeardAsync(subscription, confirmed);
        }
    }
}
