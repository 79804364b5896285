using System.Collections.Concurrent;
using System.Globalization;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>Messages in, frames out, all in order.</summary>
public abstract class ChannelSpecification
{
    private protected abstract PeerFactory Connect { get; }

    [Fact]
    public async Task Run_HandsOverMessagesInOrderAndSendsTheAnswers()
    {
        using var peer = Connect(onMessage: Peer.Echo);
        await peer.SendAsync(Frames.Text("one"), Frames.Text("tw", fin: false), Frames.Client(FrameOpcode.Continuation, "o"u8), Frames.Client(FrameOpcode.Binary, "three"u8));

        Assert.Equal("one", await peer.ReadTextAsync());
        Assert.Equal("two", await peer.ReadTextAsync());
        Assert.Equal("three", await peer.ReadTextAsync());
        Assert.Equal([false, false, true], peer.Server.Messages.Select(m => m.Binary));
    }

    [Fact]
    public async Task Run_WaitsForOneHandlerBeforeTheNextMessage()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var peer = Connect(onMessage: async (channel, message) =>
        {
            if (message.Text == "slow")
            {
                await first.Task;
            }
            await Peer.Echo(channel, message);
        });
        await peer.SendAsync(Frames.Text("before"), Frames.Text("slow"), Frames.Text("quick"));

        // What was answered before the slow handler does not wait for it.
        Assert.Equal("before", await peer.ReadTextAsync());
        Assert.DoesNotContain(peer.Server.Messages, m => m.Text == "quick");
        first.SetResult();
        Assert.Equal("slow", await peer.ReadTextAsync());
        Assert.Equal("quick", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task OnRead_IsCalledBeforeTheMessagesOfARead()
    {
        using var peer = Connect(onMessage: Peer.Echo);
        await peer.SendAsync(Frames.Text("a"), Frames.Text("b"));
        await peer.ReadTextAsync();
        await peer.ReadTextAsync();

        Assert.Equal(1, peer.Server.Reads);
    }

    [Fact]
    public async Task Ping_IsAnsweredWithItsPayloadBeforeALaterReply()
    {
        using var peer = Connect(onMessage: Peer.Echo);
        await peer.SendAsync(Frames.Client(FrameOpcode.Ping, "are you there"u8), Frames.Text("later"));

        var pong = await peer.ReadAsync();
        Assert.Equal((FrameOpcode.Pong, "are you there"), (pong.Opcode, pong.Text));
        Assert.Equal("later", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task Ping_InTheMiddleOfAMessage_IsAnsweredAtOnce()
    {
        using var peer = Connect(onMessage: Peer.Echo);
        await peer.SendAsync(Frames.Text("ha", fin: false), Frames.Client(FrameOpcode.Ping, "p"u8));
        Assert.Equal(FrameOpcode.Pong, (await peer.ReadAsync()).Opcode);

        await peer.SendAsync(Frames.Client(FrameOpcode.Continuation, "lf"u8));
        Assert.Equal("half", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task Pings_InAFlood_CloseWithPolicyViolation()
    {
        using var peer = Connect();
        await peer.SendAsync([.. Enumerable.Repeat(Frames.Client(FrameOpcode.Ping, []), ChannelSettings.MaxPings + 1)]);

        for (var i = 0; i < ChannelSettings.MaxPings; i++)
        {
            Assert.Equal(FrameOpcode.Pong, (await peer.ReadAsync()).Opcode);
        }
        Assert.Equal(1008, (await peer.ReadAsync()).Code);
        peer.HangUp();
        await peer.Ran.Soon();
    }

    [Fact]
    public async Task Pings_AtADecentRate_AreAllAnswered()
    {
        using var peer = Connect();
        for (var i = 0; i < 3 * ChannelSettings.MaxPings; i++)
        {
            await peer.SendAsync(Frames.Client(FrameOpcode.Ping, []));
            Assert.Equal(FrameOpcode.Pong, (await peer.ReadAsync()).Opcode);
            await peer.AdvanceAsync(TimeSpan.FromSeconds(0.6));
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1 << 20)]
    public async Task Enqueue_ByManyThreads_TearsNoFrameAndKeepsEachOnesOrder(int window)
    {
        const int Threads = 4;
        const int Each = 500;
        using var peer = Connect(o => (o.SendQueue.MaxMessages, o.SendQueue.MaxBytes) = (Threads * Each, 16 << 20), window, Peer.Echo);
        var sending = Waiting.InParallel(Threads, t =>
        {
            for (var i = 0; i < Each; i++)
            {
                // Lengths on both sides of 126.
                Assert.Equal(EnqueueResult.Accepted, peer.Channel.Enqueue(Peer.Message($"{t} {i} {new string('x', i % 200)}")));
            }
        });
        var next = new int[Threads];
        for (var i = 0; i < Threads * Each; i++)
        {
            var parts = (await peer.ReadTextAsync()).Split(' ');
            var thread = int.Parse(parts[0], CultureInfo.InvariantCulture);
            Assert.Equal(next[thread]++, int.Parse(parts[1], CultureInfo.InvariantCulture));
            Assert.Equal((next[thread] - 1) % 200, parts[2].Length);
        }
        await sending;
        await peer.AssertSilentAsync();
    }

    [Fact]
    public async Task Enqueue_WhileMessagesAreAnswered_TearsNoFrame()
    {
        const int Each = 500;
        using var peer = Connect(o => o.SendQueue.MaxMessages = 2 * Each, window: 4096, onMessage: Peer.Echo);
        var sending = Waiting.InParallel(2, t =>
        {
            for (var i = 0; i < Each; i++)
            {
                if (t == 0)
                {
                    peer.SendAsync(Frames.Text("asked " + i)).GetAwaiter().GetResult();
                }
                else
                {
                    peer.Channel.Enqueue(Peer.Message("told " + i));
                }
            }
        });
        ConcurrentDictionary<string, int> next = [];
        for (var i = 0; i < 2 * Each; i++)
        {
            var parts = (await peer.ReadTextAsync()).Split(' ');
            Assert.Equal(next.GetOrAdd(parts[0], 0), int.Parse(parts[1], CultureInfo.InvariantCulture));
            next[parts[0]]++;
        }
        await sending;
    }

    [Fact]
    public async Task Run_WhenTheReceiverThrows_ClosesWithInternalError()
    {
        using var peer = Connect(onMessage: (_, _) => throw new InvalidOperationException("a fault of ours"));
        await peer.SendAsync(Frames.Text("x"));

        Assert.Equal(1011, (await peer.ReadAsync()).Code);
        peer.HangUp();
        await peer.Ran.Soon();
        Assert.Equal(1011, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Run_WhenThePeerVanishes_EndsWithoutACloseCode()
    {
        using var peer = Connect();
        peer.HangUp();
        await peer.Ran.Soon();
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
        Assert.Equal(EnqueueResult.Closed, peer.Channel.Enqueue(Peer.Message("too late")));

        using var broken = Connect();
        broken.HangUp(new IOException("connection reset"));
        await broken.Ran.Soon();
        Assert.Equal(1006, broken.Channel.CloseStatus.Code);
    }
}
