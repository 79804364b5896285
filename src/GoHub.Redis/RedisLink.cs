using GoHub.Bus;
using GoHub.Lifetime;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>One connection to Redis, from when it stands until the first thing that goes wrong with it.</summary>
/// <remarks>
/// The library could repair it by itself, but would then decide what is subscribed again and when. A new link for each loss means that
/// what was confirmed on it is all there is to know. Owner of the multiplexer and of what is on its way. Threads: any.
/// </remarks>
internal sealed class RedisLink : IAsyncDisposable
{
    private static readonly Action<RedisChannel, RedisValue> Nothing = static (_, _) => { };

    private readonly ConnectionMultiplexer _redis;
    private readonly ISubscriber _subscriber;
    private readonly LinkEvents _events;
    private readonly RedisChannels _channels;
    private readonly Lock _gate = new();
    private readonly PublishWindow _window = new();
    private Task<bool>? _answering;

    private RedisLink(ConnectionMultiplexer redis, LinkEvents events, bool shardedRooms)
    {
        _redis = redis;
        _subscriber = redis.GetSubscriber();
        _events = events;
        Database = redis.GetDatabase();
        IsCluster = redis.GetServers().Any(static s => s.ServerType == ServerType.Cluster);
        _channels = new RedisChannels(shardedRooms, IsCluster);
    }

    public IDatabase Database { get; }

    /// <summary>Whether this is a Redis Cluster, where the count of a publication's receivers is one server's only.</summary>
    public bool IsCluster { get; }

    /// <summary>Done, with the reason, when the link is good for nothing any more.</summary>
    public Task<string> Lost => _events.Lost;

    /// <summary>Connects once.</summary>
    /// <exception cref="BusException">There is no connection; another attempt may succeed.</exception>
    /// <exception cref="StartupException">Redis refuses this node.</exception>
    public static async Task<RedisLink> ConnectAsync(RedisSettings settings, IBusReceiver receiver, ILogger logger, CancellationToken cancellationToken)
    {
        var events = new LinkEvents(receiver, logger);
        var options = settings.ForLink(events);
        options.ConnectionAttemptCompleted += events.OnAttempt;
        var where = RedisSettings.Describe(options);
        if (options.ServiceName is null)
        {
            events.Expect(options.EndPoints.Count);
        }
        var connecting = ConnectionMultiplexer.ConnectAsync(options);
        RedisLink? link = null;
        try
        {
            if (await Task.WhenAny(connecting, events.Hopeless).WaitAsync(cancellationToken).ConfigureAwait(false) != connecting)
            {
                throw Failure(events, where, null);
            }
            link = new RedisLink(await connecting.ConfigureAwait(false), events, settings.ShardedRooms);
            return await CheckAsync(link, settings, where).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFault(e) && !cancellationToken.IsCancellationRequested)
        {
            throw Failure(events, where, e);
        }
        finally
        {
            if (link is null)
            {
                _ = CloseLateAsync(connecting);
            }
        }
    }

    private static Exception Failure(LinkEvents events, string where, Exception? fault)
    {
        events.ThrowIfRefused(where);
        var why = fault is null or RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect } ? events.Why : null;
        why ??= fault is null ? "no connection" : RedisRefusal.Reason(fault);
        return RedisRefusal.Explain(why, where) is { } refused ? new StartupException(refused) : new BusException(why, fault);
    }

    private static async Task<RedisLink> CheckAsync(RedisLink link, RedisSettings settings, string where)
    {
        try
        {
            link._events.Watch(link._redis);
            await link.CheckRightsAsync(settings).ConfigureAwait(false);
            link._events.ThrowIfRefused(where);
            return link;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task CloseLateAsync(Task<ConnectionMultiplexer> connecting)
    {
        try
        {
            var late = await connecting.ConfigureAwait(false);
            await late.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFault(e))
        {
            // Nobody waits for this connection any more.
        }
    }

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation)
    {
        var channel = _channels[subject];
        Task<long> answer;
        PublishWindow.Point reached;
        try
        {
            // Held for as long as the library takes to copy a frame: its own lock would make a thread for those who meet at it.
            lock (_gate)
            {
                var entry = _window.Enter(frame.Length, correlation != 0, out reached);
                if (entry == PublishWindow.Entry.Full)
                {
                    return BusPublish.Busy;
                }
                var flags = CommandFlags.DemandMaster | (entry == PublishWindow.Entry.Plain ? CommandFlags.FireAndForget : CommandFlags.None);
                answer = _subscriber.PublishAsync(channel, frame, flags);
                if (entry == PublishWindow.Entry.Plain)
                {
                    return BusPublish.Sent;
                }
            }
        }
        catch (Exception e) when (IsFault(e))
        {
            Fail($"publishing failed: {RedisRefusal.Reason(e)}");
            return BusPublish.Down;
        }
        _ = SettleAsync(answer, reached, correlation);
        return BusPublish.Sent;
    }

    /// <summary>Subscribes; the task never faults.</summary>
    public async Task<SubscribeOutcome> SubscribeAsync(string subject)
    {
        var channel = _channels[subject];
        while (!Lost.IsCompleted)
        {
            try
            {
                await _subscriber.SubscribeAsync(channel, Nothing, CommandFlags.DemandMaster).ConfigureAwait(false);
                return SubscribeOutcome.Confirmed;
            }
            catch (RedisTimeoutException)
            {
                // Redis is slow; asking again is harmless, and the answer to either counts.
            }
            catch (RedisServerException e)
            {
                _events.OnRefused(e.Message);
                return SubscribeOutcome.Refused;
            }
            catch (Exception e) when (IsFault(e))
            {
                Fail($"subscribing failed: {RedisRefusal.Reason(e)}");
            }
        }
        return SubscribeOutcome.Lost;
    }

    /// <summary>Ends a subscription that was confirmed.</summary>
    public void Unsubscribe(string subject)
    {
        try
        {
            _ = _subscriber.UnsubscribeAsync(_channels[subject], Nothing, CommandFlags.FireAndForget);
        }
        catch (Exception e) when (IsFault(e))
        {
            Fail($"unsubscribing failed: {RedisRefusal.Reason(e)}");
        }
    }

    /// <summary>Waits until Redis answers.</summary>
    /// <returns>False if the link was lost before.</returns>
    public Task<bool> AnswersAsync()
    {
        lock (_gate)
        {
            return _answering is { IsCompleted: false } ? _answering : _answering = AskAsync();
        }
    }

    public void Fail(string why) => _events.Fail(why);

    /// <summary>What the library throws when a connection, a command or the whole multiplexer is of no use any more.</summary>
    public static bool IsFault(Exception e) => e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Whether Redis has closed the connection for messages and nothing else, as it does to a subscriber that is too slow.</summary>
    public async Task<bool> WasCutOffAsync()
    {
        if (!_events.LostMessagesOnly)
        {
            return false;
        }
        try
        {
            await Database.PingAsync(CommandFlags.DemandMaster).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsFault(e))
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Fail("closed");
        await _redis.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
    }

    private async Task<bool> AskAsync()
    {
        while (!Lost.IsCompleted)
        {
            try
            {
                await Database.PingAsync(CommandFlags.DemandMaster).ConfigureAwait(false);
                return true;
            }
            catch (RedisTimeoutException)
            {
                // Paused, perhaps; whoever probes the bus decides when that has lasted too long.
            }
            catch (Exception e) when (IsFault(e))
            {
                Fail($"asking failed: {RedisRefusal.Reason(e)}");
            }
        }
        return false;
    }

    private async Task SettleAsync(Task<long> answer, PublishWindow.Point reached, ulong correlation)
    {
        try
        {
            var receivers = await answer.ConfigureAwait(false);
            if (receivers == 0 && correlation != 0 && !IsCluster)
            {
                _events.Receiver.OnNobody(correlation);
            }
        }
        catch (RedisTimeoutException)
        {
            // Until it answers something, nothing more than the window goes out.
            if (!await AnswersAsync().ConfigureAwait(false))
            {
                return;
            }
        }
        catch (RedisServerException e)
        {
            _events.OnRefused(e.Message);
        }
        catch (Exception e) when (IsFault(e))
        {
            Fail($"publishing failed: {RedisRefusal.Reason(e)}");
            return;
        }
        lock (_gate)
        {
            _window.Taken(reached);
        }
    }

    private async Task CheckRightsAsync(RedisSettings settings)
    {
        await _subscriber.PublishAsync(_channels[settings.EmptyChannel], RedisValue.EmptyString, CommandFlags.DemandMaster).ConfigureAwait(false);
        await _subscriber.SubscribeAsync(_channels[settings.IdleChannel], Nothing, CommandFlags.DemandMaster).ConfigureAwait(false);
    }
}

/// <summary>What became of a subscription.</summary>
internal enum SubscribeOutcome
{
    Confirmed,

    /// <summary>Redis does not let this user subscribe to it.</summary>
    Refused,

    /// <summary>The link was lost first.</summary>
    Lost,
}
