using System.Net;
using System.Text;
using GoHub.Bus;
using GoHub.Lifetime;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>What happens on the connections of one <see cref="RedisLink"/>.</summary>
/// <remarks>Owner of whether the link is lost. Threads: any.</remarks>
internal sealed class LinkEvents(IBusReceiver receiver, ILogger logger) : IPushSink
{
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isLost;
    private int _untried = int.MaxValue;
    private volatile string? _untrusted;
    private volatile string? _why;
    private string? _refused;
    private volatile bool _messagesOnly;

    public IBusReceiver Receiver => receiver;

    public Task<string> Lost => _lost.Task;

    public bool LostMessagesOnly => _messagesOnly;

    /// <summary>Why the last attempt to connect failed.</summary>
    public string? Why => _untrusted ?? _why;

    /// <summary>Done when an attempt at every server has failed.</summary>
    /// <remarks>The library sees that too, unless the refusal is so quick that it misses it; then it waits for the whole of its time.</remarks>
    public Task Hopeless => _hopeless.Task;

    /// <summary>How many servers are tried.</summary>
    public void Expect(int servers) => Volatile.Write(ref _untried, servers);

    /// <summary>Takes an error that Redis has answered with; the first of each link is logged.</summary>
    public void OnRefused(string error)
    {
        if (Interlocked.CompareExchange(ref _refused, error, null) is null)
        {
            RedisLog.Refused(logger, error);
        }
    }

    public void Fail(string why)
    {
        _isLost = true;
        _lost.TrySetResult(why);
    }

    /// <summary>Takes the loss of any connection to a primary that stands now as the loss of the link.</summary>
    public void Watch(ConnectionMultiplexer redis)
    {
        var primaries = redis.GetServers().Where(static s => s.IsConnected && !s.IsReplica).Select(static s => s.EndPoint).ToHashSet();
        redis.ConnectionFailed += (_, failed) =>
        {
            if (failed.EndPoint is { } endpoint && primaries.Contains(endpoint))
            {
                OnFailed(failed);
            }
        };
        if (!redis.GetSubscriber().IsConnected())
        {
            Fail("the connection for messages does not stand");
        }
    }

    /// <exception cref="StartupException">Redis refuses this node.</exception>
    public void ThrowIfRefused(string where)
    {
        if (_untrusted is { } untrusted)
        {
            throw new StartupException(RedisRefusal.Untrusted(untrusted, where));
        }
        if (Volatile.Read(ref _refused) is { } refused && RedisRefusal.Explain(refused, where) is { } sentence)
        {
            throw new StartupException(sentence);
        }
    }

    public void OnAttempt(object? sender, ConnectionAttemptCompletedEventArgs attempt)
    {
        if (!attempt.IsSuccess && attempt.Exception is { } fault)
        {
            _why = RedisRefusal.Reason(fault);
            if (attempt.ConnectionType == ConnectionType.Interactive && Interlocked.Decrement(ref _untried) == 0)
            {
                _hopeless.TrySetResult();
            }
        }
    }

    public void OnPush(ReadOnlySpan<byte> payload)
    {
        // A lost link is silent: the next one's messages must not be mixed with its last.
        if (!_isLost)
        {
            receiver.OnFrame(payload);
        }
    }

    public void OnTooLarge() => receiver.OnLost(1);

    public void OnError(ReadOnlySpan<byte> error)
    {
        if (error.StartsWith("-NOAUTH"u8) || error.StartsWith("-WRONGPASS"u8))
        {
            Interlocked.CompareExchange(ref _refused, Encoding.UTF8.GetString(error[1..]).TrimEnd(), null);
        }
    }

    public void OnUntrusted(string why) => _untrusted = why;

    private void OnFailed(ConnectionFailedEventArgs failed)
    {
        if (!_isLost)
        {
            _messagesOnly = failed.ConnectionType == ConnectionType.Subscription;
        }
        Fail($"{(failed.ConnectionType == ConnectionType.Subscription ? "the connection for messages" : "the connection")} to {Describe(failed.EndPoint)} was lost ({failed.FailureType})");
    }

    private static string Describe(EndPoint? endpoint) => endpoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : endpoint?.ToString() ?? "Redis";
}
