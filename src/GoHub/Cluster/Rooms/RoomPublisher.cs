using System.Collections.Concurrent;
using System.Text;
using GoHub.Bus;
using GoHub.Connections;

namespace GoHub.Cluster;

/// <summary>Sends messages to the members that rooms have on other nodes, and to all other nodes' connections.</summary>
/// <remarks>Owner of the streams. Threads: any. Never waits.</remarks>
internal sealed class RoomPublisher(ClusterNode cluster, IClusterBus bus, ClusterMetrics counts)
{
    /// <summary>How long after the last message of a burst its number is told once more. Source: promise P2, noticed within 5 s.</summary>
    private static readonly TimeSpan BeaconAfter = TimeSpan.FromSeconds(3);

    /// <summary>How long a silent stream is kept.</summary>
    private static readonly TimeSpan EndAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, PublishStream> _rooms = new(StringComparer.Ordinal);
    private readonly PublishStream _all = new(bus, cluster.Subjects.All, [], cluster.Self, (ulong)Random.Shared.NextInt64(1, long.MaxValue));

    /// <summary>Number and count of the messages to all.</summary>
    public PublishStream All => _all;

    public BusStatus Room(string room, OutboundFrame frame, string? exceptConnection)
    {
        Span<byte> exclude = stackalloc byte[ConnectionIds.Bytes];
        var excluded = ConnectionIds.TryRead(exceptConnection, exclude) ? exclude : default;
        // Down or not: the count goes on, so that the others notice what they have missed.
        return Status(Publish(room, frame, excluded), down: !cluster.IsUp);
    }

    public BusStatus Everyone(OutboundFrame frame, string? exceptConnection)
    {
        Span<byte> exclude = stackalloc byte[ConnectionIds.Bytes];
        var excluded = ConnectionIds.TryRead(exceptConnection, exclude) ? exclude : default;
        return Status(_all.TryPublish(BusFrameKind.All, frame.Payload, Flags(frame), excluded, cluster.Now) ?? BusPublish.Down, down: !cluster.IsUp);
    }

    /// <summary>Whether the bus could carry this at all; checked before anybody hears it, so that all hear it or none.</summary>
    public bool Fits(int name, OutboundFrame frame) => BusFrame.MaxLength(name, frame.Payload.Length) <= bus.MaxFrameBytes;

    public void Tick()
    {
        var now = cluster.Now;
        foreach (var (room, stream) in _rooms)
        {
            if (stream.Tick(now, BeaconAfter, EndAfter))
            {
                _rooms.TryRemove(new(room, stream));
            }
        }
    }

    public static BusFrameFlags Flags(OutboundFrame frame) => frame.Opcode == FrameOpcode.Binary ? BusFrameFlags.Binary : BusFrameFlags.None;

    private BusPublish Publish(string room, OutboundFrame frame, ReadOnlySpan<byte> exclude)
    {
        while (true)
        {
            if (!_rooms.TryGetValue(room, out var stream))
            {
                stream = _rooms.GetOrAdd(room, static (id, p) => p.Begin(id), this);
            }
            if (stream.TryPublish(BusFrameKind.Room, frame.Payload, Flags(frame), exclude, cluster.Now) is { } sent)
            {
                return sent;
            }
            _rooms.TryRemove(new(room, stream));
        }
    }

    private PublishStream Begin(string room) =>
        new(bus, cluster.Subjects.Room(room), Encoding.UTF8.GetBytes(room), cluster.Self, (ulong)Random.Shared.NextInt64(1, long.MaxValue));

    private BusStatus Status(BusPublish sent, bool down)
    {
        counts.Published(sent);
        return sent switch
        {
            BusPublish.TooLarge => BusStatus.TooLarge,
            _ when down => BusStatus.Unavailable,
            BusPublish.Sent => BusStatus.Published,
            BusPublish.Busy => BusStatus.Busy,
            _ => BusStatus.Unavailable,
        };
    }
}
