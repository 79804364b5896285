using System.Text;
using GoHub.Bus;
using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Protocol;
using GoHub.Rooms;
using Microsoft.Extensions.Logging;

namespace GoHub.Cluster;

/// <summary>Brings other nodes' messages to the connections here.</summary>
/// <remarks>
/// Owner of the delivery queues. Threads: frames come on the bus's own, which it never holds up. A room always goes through the same queue, so its
/// order stays. The frame for the clients is built once for all of them.
/// </remarks>
internal sealed class Inbound
{
    /// <summary>Members up to which a message is delivered on the bus's own thread. About 50 us of work.</summary>
    private const int SmallRoom = 64;

    private readonly ClusterNode _cluster;
    private readonly RoomSubscriptions _subscriptions;
    private readonly RoomRegistry _rooms;
    private readonly ConnectionRegistry _connections;
    private readonly FrameEncoder _frames;
    private readonly GoHubMetrics _metrics;
    private readonly ClusterMetrics _counts;
    private readonly ILogger _logger;
    private readonly GapDetector _all = new();
    // The first is for messages to all, users and connections, the rest for rooms.
    private readonly DeliveryQueue[] _queues;

    public Inbound(
        ClusterNode cluster, RoomSubscriptions subscriptions, RoomRegistry rooms, ConnectionRegistry connections, FrameEncoder frames,
        GoHubMetrics metrics, ClusterMetrics counts, ILogger logger)
    {
        (_cluster, _subscriptions, _rooms, _connections, _frames, _metrics, _counts, _logger) = (cluster, subscriptions, rooms, connections, frames, metrics, counts, logger);
        _queues = [.. Enumerable.Range(0, 1 + Environment.ProcessorCount).Select(_ => new DeliveryQueue(Deliver))];
    }

    /// <summary>What waits to be delivered. Unit: bytes.</summary>
    public long QueuedBytes => _queues.Sum(q => (long)q.Bytes);

    public void Take(in BusFrame frame)
    {
        if (frame.Kind == BusFrameKind.Room || (frame.Kind == BusFrameKind.Beacon && !frame.Name.IsEmpty))
        {
            if (_subscriptions.Find(frame.Name) is { } subscription)
            {
                var few = (_rooms.Find(subscription.Room)?.Count ?? 0) <= SmallRoom;
                Add(_queues[1 + ((subscription.Room.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % (_queues.Length - 1))], frame, subscription, few);
            }
            return;
        }
        Add(_queues[0], frame, null, isSmall: frame.Kind is not BusFrameKind.All);
    }

    /// <summary>A peer had come so far in its messages to all.</summary>
    public void Reached(ulong publisher, ulong stream, ulong sequence) =>
        _queues[0].TryAdd(new Delivery(BusFrameKind.Beacon, publisher, stream, sequence, null, null, null, null, 0), isSmall: true);

    /// <summary>The bus was away: whatever was said meanwhile is missing, and how much nobody can tell.</summary>
    public void TellOutage()
    {
        foreach (var subscription in _subscriptions.All)
        {
            TellGap(subscription.Room, null);
        }
        TellGap(null, null);
    }

    private void Add(DeliveryQueue queue, in BusFrame frame, RoomSubscription? room, bool isSmall)
    {
        var built = frame.Kind == BusFrameKind.Beacon ? null : OutboundFrame.Of(frame.IsBinary ? FrameOpcode.Binary : FrameOpcode.Text, frame.Body);
        var target = frame.Kind is BusFrameKind.User or BusFrameKind.Connection ? Encoding.UTF8.GetString(frame.Name) : null;
        // Nearly always the publisher's own connection, and not here.
        var except = !frame.Exclude.IsEmpty && ConnectionIds.NodeOf(frame.Exclude) == _cluster.Self ? ConnectionIds.Write(frame.Exclude) : null;
        if (!queue.TryAdd(new Delivery(frame.Kind, frame.Publisher, frame.Stream, frame.Sequence, built, room, target, except, frame.Correlation), isSmall))
        {
            // Its number is missing from the sequence, which the next message or beacon shows.
            _counts.Lost(1);
        }
    }

    private void Deliver(Delivery delivery)
    {
        try
        {
            switch (delivery.Kind)
            {
                case BusFrameKind.Connection:
                case BusFrameKind.User:
                    DeliverDirect(delivery);
                    break;
                default:
                    DeliverSequenced(delivery);
                    break;
            }
        }
        catch (Exception e)
        {
            // One message must not end the queue for all that follow.
            ClusterLog.DeliveryFailed(_logger, e);
        }
    }

    private void DeliverSequenced(in Delivery delivery)
    {
        var gaps = delivery.Room?.Gaps ?? _all;
        var verdict = gaps.See(delivery.Publisher, delivery.Stream, delivery.Sequence, delivery.Kind == BusFrameKind.Beacon, out var lost);
        if (verdict == Sequencing.Gap)
        {
            _counts.Lost((long)lost);
            TellGap(delivery.Room?.Room, lost);
        }
        if (delivery.Frame is null || verdict == Sequencing.Duplicate)
        {
            return;
        }
        var except = delivery.Except is null ? null : _connections.Find(delivery.Except);
        if (delivery.Room is { } room)
        {
            _metrics.MessagesSent(_rooms.Find(room.Room)?.Broadcast(delivery.Frame, except) ?? 0);
            return;
        }
        _metrics.MessagesSent(_connections.Broadcast(delivery.Frame, except));
    }

    private void DeliverDirect(in Delivery delivery)
    {
        var receivers = delivery.Kind == BusFrameKind.User ? _connections.OfUser(delivery.Target!) : _connections.Find(delivery.Target!) is { } one ? [one] : [];
        var result = ConnectionRegistry.Deliver(receivers, delivery.Frame!, _metrics);
        if (delivery.Correlation != 0)
        {
            _cluster.Reply(delivery.Publisher, delivery.Correlation, new NodeReply { Send = result });
        }
    }

    public void Echoed(ReadOnlySpan<byte> room) => _subscriptions.Echoed(room);

    /// <summary>Tells those that asked for notices that messages are missing.</summary>
    /// <param name="room">Where; null for messages to all.</param>
    /// <param name="lost">How many; null if nobody can tell.</param>
    public void TellGap(string? room, ulong? lost)
    {
        OutboundFrame? told = null;
        foreach (var connection in room is null ? _connections.All : _rooms.Find(room)?.Members ?? [])
        {
            if (connection.WantsNotices)
            {
                connection.Send(told ??= _frames.Encode(MessageTypes.Gap, new GapData(room, lost), WireJson.Default.GapData).ToFrame());
            }
        }
    }
}
