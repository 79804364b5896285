using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>A client that does not read what it is sent.</summary>
public sealed class PipeChannelSlowReaderTests
{
    private const int Places = 4;

    [Fact]
    public async Task Disconnect_KeepsToItsBoundsAndClosesAsSlowConsumer()
    {
        using var peer = Slow(SlowConsumer.Disconnect);
        Assert.All(Enqueue(peer, 1 + Places), r => Assert.Equal(EnqueueResult.Accepted, r));

        Assert.Equal(EnqueueResult.Dropped, peer.Channel.Enqueue(Message(99)));
        Assert.Equal(EnqueueResult.Closed, peer.Channel.Enqueue(Message(100)));
        Assert.Equal(4508, peer.Channel.CloseStatus.Code);
        Assert.Equal("0", (await peer.ReadTextAsync())[..1]);
        // The queue is thrown away, the close frame is not.
        Assert.Equal(4508, (await peer.ReadCloseAsync()).Code);
        await peer.Ran.Soon();
    }

    [Fact]
    public async Task Disconnect_WhenTheClientNeverReads_AbortsAfterTheCloseTimeout()
    {
        using var peer = Slow(SlowConsumer.Disconnect);
        Enqueue(peer, 2 + Places);
        peer.Advance(TimeSpan.FromSeconds(2.1));

        await peer.Ran.Soon();
        Assert.Equal(1, peer.Aborts);
        Assert.Equal(4508, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task DropNewest_KeepsWhatCameFirst()
    {
        using var peer = Slow(SlowConsumer.DropNewest);
        var results = Enqueue(peer, 10);

        Assert.Equal(1 + Places, results.Count(r => r == EnqueueResult.Accepted));
        Assert.Equal(9 - Places, results.Count(r => r == EnqueueResult.Dropped));
        Assert.Equal([0, 1, 2, 3, 4], await ReadAsync(peer, 5));
        await AssertAliveAsync(peer);
    }

    [Fact]
    public async Task DropOldest_KeepsWhatCameLast()
    {
        using var peer = Slow(SlowConsumer.DropOldest);
        Enqueue(peer, 10);

        Assert.Equal([0, 6, 7, 8, 9], await ReadAsync(peer, 5));
        await AssertAliveAsync(peer);
    }

    [Fact]
    public async Task Pongs_OfAClientThatDoesNotRead_NeverFillTheQueue()
    {
        using var peer = Slow(SlowConsumer.Disconnect);
        Enqueue(peer, 1 + Places);
        await peer.SendAsync([.. Enumerable.Range(0, 15).Select(i => Frames.Client(FrameOpcode.Ping, [(byte)i])), Frames.Text("seen")]);
        await Waiting.Until(() => peer.Server.Messages.Count > 0);

        Assert.Equal("0", (await peer.ReadTextAsync())[..1]);
        // Only the newest is answered (RFC 6455 §5.5.3).
        var pong = await peer.ReadAsync();
        Assert.Equal(FrameOpcode.Pong, pong.Opcode);
        Assert.Equal([14], pong.Payload);
        Assert.Equal([1, 2, 3, 4], await ReadAsync(peer, 4));
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Close_OfAClientThatIsBehind_ComesAfterWhatWaits()
    {
        using var peer = Slow(SlowConsumer.Disconnect);
        Enqueue(peer, 1 + Places);
        peer.Channel.Close(GoHubCloseCode.ServiceRestart, "restart");

        Assert.Equal([0, 1, 2, 3, 4], await ReadAsync(peer, 5));
        Assert.Equal(1012, (await peer.ReadCloseAsync()).Code);
        await peer.Ran.Soon();
    }

    [Fact]
    public async Task Order_IsKeptThroughTheQueueAndBack()
    {
        using var peer = new Peer(o => (o.SendQueue.MaxMessages, o.SendQueue.MaxBytes) = (1000, 1 << 20), window: 512);
        var sent = 0;
        var read = 0;
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 40; i++)
            {
                Assert.Equal(EnqueueResult.Accepted, peer.Channel.Enqueue(Message(sent++)));
            }
            // Sometimes all is read, sometimes a part.
            for (var take = round % 3 == 0 ? sent - read : 25; take > 0; take--)
            {
                Assert.Equal(read++, (await ReadAsync(peer, 1))[0]);
            }
        }
    }

    [Fact]
    public async Task WriteTimeout_OfAClientThatTakesNothing_Closes()
    {
        using var peer = Slow(SlowConsumer.DropNewest, o => o.WriteTimeout = TimeSpan.FromSeconds(10));
        Enqueue(peer, 1);
        peer.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
        peer.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal((4508, "write timed out"), peer.Channel.CloseStatus);
        peer.Advance(TimeSpan.FromSeconds(2.1));
        await peer.Ran.Soon();
        Assert.Equal(1, peer.Aborts);
    }

    [Fact]
    public async Task WriteTimeout_OfAClientThatReadsNowAndThen_DoesNotClose()
    {
        using var peer = new Peer(o => (o.SendQueue.MaxMessages, o.WriteTimeout) = (1000, TimeSpan.FromSeconds(10)), window: 64);
        const int Messages = 10;
        for (var i = 0; i < Messages; i++)
        {
            // So large that each is a write of its own.
            peer.Channel.Enqueue(Peer.Message($"{i} {new string('x', 40_000)}"));
        }
        for (var i = 0; i < Messages; i++)
        {
            await peer.ArrivedAsync();
            peer.Advance(TimeSpan.FromSeconds(9));
            Assert.Equal([i], await ReadAsync(peer, 1));
        }
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Backpressure_OfAClientThatAsksFasterThanItReads_HoldsItsOwnRequestsBack()
    {
        using var peer = new Peer(o => (o.SendQueue.MaxMessages, o.SendQueue.WhenFull) = (8, SlowConsumer.Disconnect), window: 256, PipeChannelTests.Echo);
        const int Asked = 2000;
        var asking = peer.SendAsync([.. Enumerable.Range(0, Asked).Select(i => Frames.Text($"{i} {new string('x', 40)}"))]);

        // Every answer comes, in order, although the queue holds 8 only.
        for (var i = 0; i < Asked; i++)
        {
            Assert.StartsWith(i + " ", await peer.ReadTextAsync(), StringComparison.Ordinal);
        }
        await asking.Soon();
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    // The window takes one message of 100 bytes and no more.
    private static Peer Slow(SlowConsumer whenFull, Action<GoHubOptions>? configure = null) => new(o =>
    {
        o.SendQueue.MaxMessages = Places;
        o.SendQueue.WhenFull = whenFull;
        configure?.Invoke(o);
    }, window: 64);

    private static OutboundFrame Message(int number) => Peer.Message($"{number} {new string('x', 100)}");

    private static List<EnqueueResult> Enqueue(Peer peer, int count) => [.. Enumerable.Range(0, count).Select(i => peer.Channel.Enqueue(Message(i)))];

    private static async Task<List<int>> ReadAsync(Peer peer, int count)
    {
        List<int> numbers = [];
        for (var i = 0; i < count; i++)
        {
            numbers.Add(int.Parse((await peer.ReadTextAsync()).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        }
        return numbers;
    }

    private static async Task AssertAliveAsync(Peer peer)
    {
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
        peer.Channel.Enqueue(Message(77));
        Assert.Equal([77], await ReadAsync(peer, 1));
    }
}
