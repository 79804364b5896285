using System.Collections.Concurrent;
using System.Threading.Channels;

namespace GoHub.Bus;

/// <summary>What joins nodes of one process: the bus of tests, and of a cluster in one program.</summary>
/// <remarks>Owner of who is subscribed to what. Threads: any.</remarks>
internal sealed class InProcessHub
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<InProcessBus, bool>> _subjects = new(StringComparer.Ordinal);

    /// <summary>Where the seats are kept; null to be a bus without any.</summary>
    public ISeatStore? Seats { get; init; } = new MemorySeats(TimeProvider.System);

    public void Subscribe(string subject, InProcessBus bus) => _subjects.GetOrAdd(subject, static _ => new())[bus] = true;

    public void Unsubscribe(string subject, InProcessBus bus)
    {
        if (_subjects.TryGetValue(subject, out var buses))
        {
            buses.TryRemove(bus, out _);
        }
    }

    /// <summary>How many are subscribed to something.</summary>
    public int Subscribers(string subject) => _subjects.TryGetValue(subject, out var buses) ? buses.Count : 0;

    /// <summary>How many subscriptions there are in all.</summary>
    public int SubscriptionCount => _subjects.Values.Sum(buses => buses.Count);

    public int Publish(string subject, ReadOnlyMemory<byte> frame)
    {
        var receivers = 0;
        if (_subjects.TryGetValue(subject, out var buses))
        {
            foreach (var (bus, _) in buses)
            {
                receivers += bus.Take(frame) ? 1 : 0;
            }
        }
        return receivers;
    }
}

/// <summary>One node's end of an <see cref="InProcessHub"/>.</summary>
/// <remarks>Owner of its queue, which one reader empties. Threads: any.</remarks>
internal sealed class InProcessBus(InProcessHub hub) : IClusterBus
{
    // Unit: frames, bytes.
    private const int MaxQueued = 10_000;
    private const int MaxQueuedBytes = 16 * 1024 * 1024;

    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly ConcurrentDictionary<string, bool> _subjects = new(StringComparer.Ordinal);
    private IBusReceiver? _receiver;
    private Task _reading = Task.CompletedTask;
    private volatile bool _connected;
    private int _bytes;

    public string Name => "in-process";

    public int MaxFrameBytes => 1024 * 1024;

    public ISeatStore? Seats => hub.Seats;

    public Task StartAsync(IBusReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _reading = ReadAsync();
        Connect();
        return Task.CompletedTask;
    }

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation = 0)
    {
        if (!_connected)
        {
            return BusPublish.Down;
        }
        if (frame.Length > MaxFrameBytes)
        {
            return BusPublish.TooLarge;
        }
        if (hub.Publish(subject, frame) == 0 && correlation != 0)
        {
            _receiver!.OnNobody(correlation);
        }
        return BusPublish.Sent;
    }

    public ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken)
    {
        _subjects[subject] = true;
        if (_connected)
        {
            hub.Subscribe(subject, this);
        }
        return ValueTask.CompletedTask;
    }

    public void Unsubscribe(string subject)
    {
        _subjects.TryRemove(subject, out _);
        hub.Unsubscribe(subject, this);
    }

    public void Reconnect()
    {
        Disconnect("asked to");
        Connect();
    }

    public async ValueTask DisposeAsync()
    {
        Disconnect("disposed");
        _queue.Writer.TryComplete();
        await _reading.ConfigureAwait(false);
    }

    /// <summary>Comes back after <see cref="Disconnect"/>.</summary>
    public void Connect()
    {
        foreach (var subject in _subjects.Keys)
        {
            hub.Subscribe(subject, this);
        }
        _connected = true;
        _receiver!.OnUp();
    }

    /// <summary>Cuts this node off: what the others publish meanwhile is lost to it.</summary>
    public void Disconnect(string why)
    {
        if (!_connected)
        {
            return;
        }
        _connected = false;
        foreach (var subject in _subjects.Keys)
        {
            hub.Unsubscribe(subject, this);
        }
        _receiver!.OnDown(why);
    }

    internal bool Take(ReadOnlyMemory<byte> frame)
    {
        if (Interlocked.Add(ref _bytes, frame.Length) <= MaxQueuedBytes && _queue.Writer.TryWrite(frame))
        {
            return true;
        }
        Interlocked.Add(ref _bytes, -frame.Length);
        _receiver!.OnLost(1);
        return true;
    }

    private async Task ReadAsync()
    {
        await foreach (var frame in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Interlocked.Add(ref _bytes, -frame.Length);
            _receiver!.OnFrame(frame.Span);
        }
    }
}
