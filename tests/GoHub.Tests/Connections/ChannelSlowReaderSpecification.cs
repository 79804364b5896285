using System.Globalization;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>A client that does not read what it is sent.</summary>
public abstract class ChannelSlowReaderSpecification
{
    private protected abstract PeerFactory Connect { get; }

    private const int Places = 4;

    [Fact]
    public async Task Disconnect_KeepsToItsBoundsAndClosesAsSlowConsumer()
    {
        using var peer = Slow(SlowConsumer.Disconnect);
        Assert.All(await EnqueueAsync(peer, peer.Holds(Places)), r => Assert.Equal(EnqueueResult.Accepted, r));

        Assert.Equal(EnqueueResult.Dropped, peer.Channel.Enqueue(Message(peer, 99)));
        Assert.Equal(EnqueueResult.Closed, peer.Channel.Enqueue(Message(peer, 100)));
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
        await EnqueueAsync(peer, 1 + peer.Holds(Places));
        await peer.AdvanceAsync(TimeSpan.FromSeconds(2.1));

        await peer.Ran.Soon();
        Assert.Equal(4508, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task DropNewest_KeepsWhatCameFirst()
    {
        using var peer = Slow(SlowConsumer.DropNewest);
        var results = await EnqueueAsync(peer, 10);
        var kept = peer.Holds(Places);

        Assert.Equal(kept, results.Count(r => r == EnqueueResult.Accepted));
        Assert.Equal(10 - kept, results.Count(r => r == EnqueueResult.Dropped));
        Assert.Equal(Enumerable.Range(0, kept), await ReadAsync(peer, kept));
        await AssertAliveAsync(peer);
    }

    [Fact]
    public async Task DropOldest_KeepsWhatCameLast()
    {
        using var peer = Slow(SlowConsumer.DropOldest);
        await EnqueueAsync(peer, 10);
        var kept = peer.Holds(Places);

        // The first has begun to leave: half a frame would break the stream.
        Assert.Equal([0, .. Enumerable.Range(11 - kept, kept - 1)], await ReadAsync(peer, kept));
        await AssertAliveAsync(peer);
    }

    [Fact]
    public async Task Pongs_OfAClientThatDoesNotRead_NeverFillTheQueue()
    {
        using var peer = Slow(SlowConsumer.Disconnect);
        var waiting = peer.Holds(Places);
        await EnqueueAsync(peer, waiting);
        await peer.SendAsync([.. Enumerable.Range(0, 15).Select(i => Frames.Client(FrameOpcode.Ping, [(byte)i])), Frames.Text("seen")]);
        // A client that is behind is read up to its first message, so that its pings and its close are seen.
        await Waiting.Until(() => peer.Server.Messages.Count > 0);

        List<int> texts = [];
        List<byte> pongs = [];
        while (texts.Count + pongs.Count <= waiting)
        {
            var frame = await peer.ReadAsync();
            if (frame.Opcode == FrameOpcode.Pong)
            {
                pongs.AddRange(frame.Payload);
            }
            else
            {
                texts.Add(Number(frame.Text));
            }
        }
        // Only the newest is answered (RFC 6455 §5.5.3).
        Assert.Equal([14], pongs);
        Assert.Equal(Enumerable.Range(0, waiting), texts);
        await peer.AssertSilentAsync();
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Close_OfAClientThatIsBehind_ComesAfterWhatWaits()
    {
        using var peer = Slow(SlowConsumer.Disconnect);
        var waiting = peer.Holds(Places);
        await EnqueueAsync(peer, waiting);
        peer.Channel.Close(GoHubCloseCode.ServiceRestart, "restart");

        Assert.Equal(Enumerable.Range(0, waiting), await ReadAsync(peer, waiting));
        Assert.Equal(1012, (await peer.ReadCloseAsync()).Code);
        await peer.Ran.Soon();
    }

    [Fact]
    public async Task Order_IsKeptThroughTheQueueAndBack()
    {
        using var peer = Connect(o => (o.SendQueue.MaxMessages, o.SendQueue.MaxBytes) = (1000, 1 << 20), window: 512);
        var sent = 0;
        var read = 0;
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 40; i++)
            {
                Assert.Equal(EnqueueResult.Accepted, peer.Channel.Enqueue(Peer.Message($"{sent++} {new string('x', 100)}")));
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
        await EnqueueAsync(peer, 1);
        await peer.AdvanceAsync(TimeSpan.FromSeconds(9.9));
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
        await peer.AdvanceAsync(TimeSpan.FromSeconds(0.2));

        Assert.Equal((4508, "write timed out"), peer.Channel.CloseStatus);
        await peer.AdvanceAsync(TimeSpan.FromSeconds(2.1));
        await peer.Ran.Soon();
    }

    [Fact]
    public async Task WriteTimeout_OfAClientThatReadsNowAndThen_DoesNotClose()
    {
        using var peer = Connect(o => (o.SendQueue.MaxMessages, o.WriteTimeout) = (1000, TimeSpan.FromSeconds(10)), window: 64);
        const int Messages = 10;
        for (var i = 0; i < Messages; i++)
        {
            // So large that each is a write of its own.
            peer.Channel.Enqueue(Peer.Message($"{i} {new string('x', 40_000)}"));
        }
        for (var i = 0; i < Messages; i++)
        {
            await peer.ArrivedAsync();
            await peer.AdvanceAsync(TimeSpan.FromSeconds(9));
            Assert.Equal([i], await ReadAsync(peer, 1));
        }
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backpressure_OfAClientThatAsksFasterThanItReads_HoldsItsOwnRequestsBack(bool handlersTakeTime)
    {
        using var peer = Connect(o => (o.SendQueue.MaxMessages, o.SendQueue.WhenFull) = (8, SlowConsumer.Disconnect), window: 256, onMessage: async (channel, message) =>
        {
            if (handlersTakeTime)
            {
                await Task.Yield();
            }
            channel.Enqueue(Peer.Message(message.Text));
        });
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

    // The window is too small for one message.
    private Peer Slow(SlowConsumer whenFull, Action<GoHubOptions>? configure = null) => Connect(
        o =>
        {
            o.SendQueue.MaxMessages = Places;
            o.SendQueue.WhenFull = whenFull;
            configure?.Invoke(o);
        },
        window: 64);

    private static OutboundFrame Message(Peer peer, int number) => Peer.Message($"{number} {new string('x', peer.Jam)}");

    private static async Task<EnqueueResult> EnqueueOneAsync(Peer peer, int number)
    {
        var result = peer.Channel.Enqueue(Message(peer, number));
        await peer.SettledAsync();
        return result;
    }

    private static async Task<List<EnqueueResult>> EnqueueAsync(Peer peer, int count)
    {
        List<EnqueueResult> results = [];
        for (var i = 0; i < count; i++)
        {
            results.Add(await EnqueueOneAsync(peer, i));
        }
        return results;
    }

    private static int Number(string text) => int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);

    private static async Task<List<int>> ReadAsync(Peer peer, int count)
    {
        List<int> numbers = [];
        for (var i = 0; i < count; i++)
        {
            numbers.Add(Number(await peer.ReadTextAsync()));
        }
        return numbers;
    }

    private static async Task AssertAliveAsync(Peer peer)
    {
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
        peer.Channel.Enqueue(Message(peer, 77));
        Assert.Equal([77], await ReadAsync(peer, 1));
    }
}
