using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>Messages that are compressed on the wire.</summary>
public abstract class ChannelDeflateSpecification
{
    private protected abstract PeerFactory Connect { get; }

    private static readonly string Long = string.Concat(Enumerable.Repeat("hello room ", 100));

    [Fact]
    public async Task Enqueue_OfOneFrameToBothKindsOfPeer_ReachesEachInItsForm()
    {
        using var inflating = Connect(Compress, deflate: true);
        using var plain = Connect(Compress);
        var frame = Peer.Message(Long);

        inflating.Channel.Enqueue(frame);
        plain.Channel.Enqueue(frame);

        var compressed = await inflating.ReadAsync();
        Assert.True(compressed.Compressed);
        Assert.Equal(Long, System.Text.Encoding.UTF8.GetString(Deflated.Inflate(compressed.Payload)));
        Assert.Equal(Long, await plain.ReadTextAsync());
    }

    [Fact]
    public async Task Run_WhereCompressionWasNegotiated_HandsMessagesUpInflated()
    {
        using var peer = Connect(Compress, deflate: true);

        await peer.SendAsync(Deflated.Text(Long), Frames.Text("plain"), Frames.Client(FrameOpcode.Ping, []));
        await peer.ReadAsync();

        Assert.Equal([Long, "plain"], peer.Server.Messages.Select(m => m.Text));
    }

    [Fact]
    public async Task Run_WhereItWasNot_ClosesWith1002()
    {
        using var peer = Connect(Compress);

        await peer.SendAsync(Deflated.Text(Long));

        Assert.Equal((1002, "reserved bits set"), await peer.ReadCloseAsync());
    }

    [Fact]
    public async Task Enqueue_WhileThePeerIsBehind_CountsTheBytesThatAreSent()
    {
        using var peer = Connect(
            o =>
            {
                Compress(o);
                o.SendQueue.MaxBytes = 1024;
            },
            window: 1, deflate: true);

        // Each is longer than the queue, and compressed it fits ten times.
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(EnqueueResult.Accepted, peer.Channel.Enqueue(Peer.Message(i + Long)));
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i + Long, System.Text.Encoding.UTF8.GetString(Deflated.Inflate((await peer.ReadAsync()).Payload)));
        }
    }

    private static void Compress(GoHubOptions options) => options.Compression.Enabled = true;
}
