using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace GoHub.Transport.Http;

// What Kestrel and middleware ask a connection for.
internal sealed partial class EpollConnection :
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IMemoryPoolFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature,
    IConnectionSocketFeature, IHandoverFeature
{
    private IDictionary<object, object?>? _items;
    private Socket? _lent;

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new Dictionary<object, object?>();
        set => _items = value;
    }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public MemoryPool<byte> MemoryPool => _services.Pool;

    /// <summary>A second view of the descriptor, for those who ask the kernel about it. Reading, writing or closing it is not theirs.</summary>
    public Socket Socket => _lent ??= new Socket(new SafeSocketHandle(_socket.Fd, ownsHandle: false));

    private FeatureCollection CreateFeatures()
    {
        var features = new FeatureCollection(16);
        features.Set<IConnectionIdFeature>(this);
        features.Set<IConnectionTransportFeature>(this);
        features.Set<IConnectionItemsFeature>(this);
        features.Set<IMemoryPoolFeature>(this);
        features.Set<IConnectionLifetimeFeature>(this);
        features.Set<IConnectionEndPointFeature>(this);
        features.Set<IConnectionSocketFeature>(this);
        features.Set<IHandoverFeature>(this);
        return features;
    }
}
