using GoHub.Bus;

namespace GoHub.Testing;

/// <summary>A node's end of the bus: silent while the node is paused, gone when it is killed.</summary>
/// <remarks>Threads: any. Frames that come during a pause are handed on, in order, when it ends, as a socket's buffer would.</remarks>
internal sealed class GatedBus : IClusterBus, IBusReceiver
{
    private readonly InProcessBus _bus;
    private readonly Gate _gate;
    private readonly Lock _order = new();
    private readonly Queue<Action<IBusReceiver>> _held = new();
    private IBusReceiver? _receiver;

    public GatedBus(InProcessHub hub, Gate gate)
    {
        _bus = new InProcessBus(hub);
        _gate = gate;
        gate.WhenOpened(HandOver);
    }

    public string Name => _bus.Name;

    public int MaxFrameBytes => _bus.MaxFrameBytes;

    public ISeatStore? Seats => _bus.Seats;

    public Task StartAsync(IBusReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        return _bus.StartAsync(this, cancellationToken);
    }

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation = 0) => _bus.TryPublish(subject, frame, correlation);

    public ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken) => _bus.SubscribeAsync(subject, cancellationToken);

    public void Unsubscribe(string subject) => _bus.Unsubscribe(subject);

    public void Reconnect() => _bus.Reconnect();

    public void Cut(string why) => _bus.Disconnect(why);

    public void Join() => _bus.Connect();

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    void IBusReceiver.OnFrame(ReadOnlySpan<byte> frame)
    {
        lock (_order)
        {
            if (_gate.IsOpen && _held.Count == 0)
            {
                _receiver!.OnFrame(frame);
                return;
            }
            var kept = frame.ToArray();
            _held.Enqueue(receiver => receiver.OnFrame(kept));
        }
    }

    void IBusReceiver.OnUp() => Pass(static receiver => receiver.OnUp());

    void IBusReceiver.OnDown(string why) => Pass(receiver => receiver.OnDown(why));

    void IBusReceiver.OnLost(long frames) => Pass(receiver => receiver.OnLost(frames));

    void IBusReceiver.OnNobody(ulong correlation) => Pass(receiver => receiver.OnNobody(correlation));

    private void Pass(Action<IBusReceiver> what)
    {
        lock (_order)
        {
            if (_gate.IsOpen && _held.Count == 0)
            {
                what(_receiver!);
            }
            else
            {
                _held.Enqueue(what);
            }
        }
    }

    private void HandOver()
    {
        lock (_order)
        {
            while (_held.TryDequeue(out var what))
            {
                what(_receiver!);
            }
        }
    }
}
