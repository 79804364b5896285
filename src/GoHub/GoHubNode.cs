using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Connections;
using GoHub.Diagnostics;
using GoHub.Events;
using GoHub.Rooms;
using Microsoft.Extensions.Options;

namespace GoHub;

/// <summary>This node: what <see cref="IGoHub"/> stands for where there is no other.</summary>
/// <remarks>Owner of nothing itself; it brings the owners together. Threads: any.</remarks>
internal sealed class GoHubNode : IGoHub
{
    private readonly JsonSerializerOptions _json;

    public GoHubNode(
        IOptions<GoHubOptions> options, TimeProvider time, ConnectionRegistry registry, RoomRegistry rooms, FrameEncoder frames, GoHubMetrics metrics, GoHubEvents events)
    {
        _json = options.Value.Json;
        Time = time;
        Registry = registry;
        RoomRegistry = rooms;
        Frames = frames;
        Metrics = metrics;
        Events = events;
        All = new AllTarget(this);
        Rooms = new GoHubRooms(rooms);
        Connections = new GoHubConnections(registry);
        Local = new GoHubLocal(this);
    }

    public AllTarget All { get; }

    public GoHubRooms Rooms { get; }

    public GoHubConnections Connections { get; }

    public GoHubLocal Local { get; }

    public GoHubEvents Events { get; }

    internal TimeProvider Time { get; }

    internal ConnectionRegistry Registry { get; }

    internal RoomRegistry RoomRegistry { get; }

    internal FrameEncoder Frames { get; }

    internal GoHubMetrics Metrics { get; }

    public RoomTarget Room(string roomId)
    {
        GoHubRooms.ThrowIfNoName(roomId, nameof(roomId));
        return new RoomTarget(this, roomId);
    }

    public UserTarget User(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return new UserTarget(this, userId);
    }

    public ConnectionTarget Connection(string connectionId)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionId);
        return new ConnectionTarget(this, connectionId);
    }

    internal OutboundFrame Encode<T>(string type, T data)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return Frames.Encode(type, data, (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T)));
    }

    internal OutboundFrame Encode(string type, ReadOnlyMemory<byte> json)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return Frames.EncodeRaw(type, json);
    }

    /// <summary>Hands a frame to every connection of one receiver.</summary>
    internal SendResult Deliver(GoHubConnection[] receivers, OutboundFrame frame)
    {
        var taken = 0;
        var dropped = false;
        foreach (var receiver in receivers)
        {
            switch (receiver.Enqueue(frame))
            {
                case EnqueueResult.Accepted:
                    taken++;
                    break;
                case EnqueueResult.Dropped:
                    dropped = true;
                    break;
            }
        }
        Metrics.MessagesSent(taken);
        return taken > 0 ? SendResult.Delivered : dropped ? SendResult.Dropped : SendResult.Offline;
    }
}
