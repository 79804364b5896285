using GoHub.Bus;

namespace GoHub.Cluster;

/// <summary>This node's messages to one subject, counted so that receivers notice a loss.</summary>
/// <remarks>Owner of the count. Threads: any; number and publication are one step, so that numbers go out in order.</remarks>
internal sealed class PublishStream(IClusterBus bus, string subject, byte[] name, ulong self, ulong stream)
{
    /// <summary>How many times as long it stays if the bus does not take its number: outages are shorter, and memory is not for ever.</summary>
    private const int GiveUpAfter = 10;

    private readonly Lock _gate = new();
    private ulong _sequence;
    private ulong _beaconed;
    // The number before the first that the bus has not taken.
    private ulong? _heldUpAfter;
    private bool _retired;

    public ulong Stream => stream;

    public ulong Sequence
    {
        get
        {
            lock (_gate)
            {
                return _sequence;
            }
        }
    }

    private TimeSpan LastAt { get; set; }

    /// <returns>Null if it was given up meanwhile; take another.</returns>
    public BusPublish? TryPublish(BusFrameKind kind, ReadOnlySpan<byte> payload, BusFrameFlags flags, ReadOnlySpan<byte> exclude, TimeSpan now)
    {
        if (BusFrame.MaxLength(name.Length, payload.Length) > bus.MaxFrameBytes)
        {
            return BusPublish.TooLarge;
        }
        lock (_gate)
        {
            if (_retired)
            {
                return null;
            }
            LastAt = now;
            GiveBase();
            // Counted even where the bus does not take it: that is a loss too, and receivers are to notice.
            var sent = bus.TryPublish(subject, BusFrame.Write(kind, self, name, payload, flags, stream, ++_sequence, exclude));
            if (sent != BusPublish.Sent)
            {
                _heldUpAfter ??= _sequence - 1;
            }
            return sent;
        }
    }

    /// <summary>A while after the last message, says how far this node came; and a while after that, ends.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Tick(TimeSpan now, TimeSpan beaconAfter, TimeSpan endAfter)
    {
        lock (_gate)
        {
            var quiet = now - LastAt;
            if (_sequence > _beaconed && quiet >= beaconAfter)
            {
                GiveBase();
                if (SendBeacon(_sequence))
                {
                    _beaconed = _sequence;
                }
            }
            // Who ends while the others do not know how far it came, leaves them with a loss that nobody notices.
            return _retired = quiet >= endAfter && (_beaconed == _sequence || quiet >= endAfter * GiveUpAfter);
        }
    }

    /// <summary>After messages that the bus did not take, says how far this node had come before: else they would pass unnoticed by who hears it for the first time now.</summary>
    private void GiveBase()
    {
        if (_heldUpAfter is { } before && SendBeacon(before))
        {
            _heldUpAfter = null;
        }
    }

    private bool SendBeacon(ulong sequence) =>
        bus.TryPublish(subject, BusFrame.Write(BusFrameKind.Beacon, self, name, [], stream: stream, sequence: sequence)) == BusPublish.Sent;
}
