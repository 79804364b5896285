using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GoHub.Cluster;
using GoHub.Connections;
using GoHub.Connections.Loops;
using GoHub.Diagnostics;
using GoHub.Events;
using GoHub.Rooms;
using Microsoft.Extensions.Options;

namespace GoHub;

/// <summary>The hub as this node serves it, for itself and for the cluster it is in.</summary>
/// <remarks>Owner of nothing itself; it brings the owners together. Threads: any.</remarks>
internal sealed class GoHubNode : IGoHub
{
    private readonly JsonSerializerOptions _json;

    public GoHubNode(
        IOptions<GoHubOptions> options, TimeProvider time, ConnectionRegistry registry, RoomRegistry rooms, FrameEncoder frames, GoHubMetrics metrics, GoHubEvents events,
        Lanes lanes, ClusterParts cluster)
    {
        Lanes = lanes;
        _json = options.Value.Json;
        Time = time;
        SignInTimeout = options.Value.Auth.FirstMessageTimeout;
        Registry = registry;
        RoomRegistry = rooms;
        Frames = frames;
        Metrics = metrics;
        Events = events;
        All = new AllTarget(this);
        Cluster = cluster;
        Rooms = new GoHubRooms(cluster.Rooms);
        Connections = new GoHubConnections(cluster.Clients);
        Nodes = new GoHubNodes(cluster.Node);
        Local = new GoHubLocal(this);
    }

    public AllTarget All { get; }

    public GoHubRooms Rooms { get; }

    public GoHubConnections Connections { get; }

    public GoHubNodes Nodes { get; }

    public GoHubLocal Local { get; }

    public GoHubEvents Events { get; }

    internal ClusterParts Cluster { get; }

    internal Lanes Lanes { get; }

    internal TimeProvider Time { get; }

    internal TimeSpan SignInTimeout { get; }

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

    internal EncodedMessage Encode<T>(string type, T data)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return Frames.Encode(type, data, (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T)));
    }

    internal EncodedMessage Encode(string type, ReadOnlyMemory<byte> json)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return Frames.EncodeRaw(type, json);
    }
}
