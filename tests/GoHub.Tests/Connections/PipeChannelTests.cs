using System.IO.Pipelines;
using System.Text;
using GoHub.Connections;
using GoHub.Diagnostics;

namespace GoHub.Tests.Connections;

public sealed class PipeChannelTests : ChannelSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);

    // The endpoint sends the welcome first and makes the connection known then.
    [Fact]
    public async Task Nothing_LeavesBeforeItRuns()
    {
        var (toServer, toClient) = (new Pipe(), new Pipe());
        using var metrics = new GoHubMetrics(new Meters());
        var channel = new PipeChannel(new PipePeer.Duplex(toServer.Reader, toClient.Writer), new ChannelSettings(new GoHubOptions(), TimeProvider.System), metrics, new LogLines(), () => { });

        channel.Enqueue(Peer.Message("welcome"));
        Assert.False(toClient.Reader.TryRead(out _));

        var running = channel.RunAsync(new Receiver(channel, null));
        Assert.True(toClient.Reader.TryRead(out var read));
        Assert.EndsWith("welcome", Encoding.UTF8.GetString(read.Buffer), StringComparison.Ordinal);
        await toServer.Writer.CompleteAsync();
        await running.Soon();
    }
}

public sealed class PipeChannelClosingTests : ChannelClosingSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}

public sealed class PipeChannelKeepAliveTests : ChannelKeepAliveSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}

public sealed class PipeChannelSlowReaderTests : ChannelSlowReaderSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}

public sealed class PipeChannelDeflateTests : ChannelDeflateSpecification
{
    private protected override PeerFactory Connect => static (configure, window, onMessage, deflate) => new PipePeer(configure, window, onMessage, deflate);
}
