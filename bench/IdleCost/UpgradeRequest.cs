using System.IO.Pipelines;
using System.Net;
using GoHub.Connections.Loops;
using GoHub.Transport;
using GoHub.Transport.Http;
using GoHub.Transport.Loops;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GoHub.IdleCost;

/// <summary>A request for a WebSocket whose socket is no descriptor: it can be handed over, and nothing ever comes.</summary>
internal sealed class UpgradeRequest(EventLoop loop, TransportMetrics metrics) : LoopWork, IHttpUpgradeFeature, IHandoverFeature
{
    private const int NoDescriptor = -1;

    private readonly TaskCompletionSource<GoHubConnection> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once the loop owns the socket.</summary>
    public Task<GoHubConnection> Connected => _connected.Task;

    public EventLoop Loop => loop;

    bool IHttpUpgradeFeature.IsUpgradableRequest => true;

    public HttpContext ToContext(IPAddress from, string token)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpUpgradeFeature>(this);
        context.Features.Set<IHandoverFeature>(this);
        context.Connection.RemoteIpAddress = from;
        context.Request.Protocol = HttpProtocol.Http11;
        context.Request.Method = HttpMethods.Get;
        context.Request.Headers.Upgrade = "websocket";
        context.Request.Headers.SecWebSocketVersion = "13";
        context.Request.Headers.SecWebSocketKey = "dGhlIHNhbXBsZSBub25jZQ==";
        context.Request.Headers.Authorization = "Bearer " + token;
        return context;
    }

    Task<Stream> IHttpUpgradeFeature.UpgradeAsync() => Task.FromResult(Stream.Null);

    void IHandoverFeature.HoldReading()
    {
    }

    void IHandoverFeature.ReadOn()
    {
    }

    bool IHandoverFeature.CanHandOver(IDuplexPipe upgraded) => true;

    void IHandoverFeature.HandOver(ILoopSocketOwner owner) => loop.Post(this, owner);

    public override void Run(object? first, object? second)
    {
        var channel = (LoopChannel)first!;
        // Never registered with the loop, so that nothing is ever read from it.
        ((ILoopSocketOwner)channel).OnOwned(new LoopSocket(NoDescriptor, loop, channel, metrics));
        _connected.SetResult(channel.Connection!);
    }
}
