using GoHub.Bus;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>One publisher's way to those that listen: in order, slow, with losses and duplicates; or there is no connection.</summary>
internal sealed class LossyBus(Timeline timeline, Func<IEnumerable<StreamListener>> listeners) : IClusterBus
{
    private readonly Dictionary<StreamListener, TimeSpan> _lastArrival = [];

    public string Name => "lossy";

    public int MaxFrameBytes => 1024;

    public ISeatStore? Seats => null;

    public bool IsDown { get; set; }

    /// <summary>Of each frame to each listener.</summary>
    public double Loss { get; set; }

    public double Duplication { get; init; }

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation = 0)
    {
        if (IsDown)
        {
            return BusPublish.Down;
        }
        foreach (var listener in listeners())
        {
            if (!timeline.Chance(Loss))
            {
                Send(listener, frame);
                if (timeline.Chance(Duplication))
                {
                    Send(listener, frame);
                }
            }
        }
        return BusPublish.Sent;
    }

    public Task StartAsync(IBusReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Unsubscribe(string subject)
    {
    }

    public void Reconnect()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Send(StreamListener listener, ReadOnlyMemory<byte> frame)
    {
        var arrival = timeline.Now + timeline.Between(0.0002, 0.2);
        if (_lastArrival.TryGetValue(listener, out var last) && last > arrival)
        {
            arrival = last;
        }
        _lastArrival[listener] = arrival;
        timeline.In(arrival - timeline.Now, () => listener.Receive(frame.Span));
    }
}
