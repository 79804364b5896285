using System.Text;
using GoHub.Connections;
using GoHub.Transport.Loops;

namespace GoHub.Tests.Connections.Loops;

/// <summary>What only a channel on a loop can get wrong: ends in the middle of a read, scratch that others share, bytes from before the loop had it.</summary>
public sealed class LoopChannelFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task End_InTheMiddleOfARead_IsToldOnceAndAfterTheHandler(bool handlerTakesTime)
    {
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var peer = new LoopPeer(o => o.SendQueue.MaxMessages = 4, onMessage: async (channel, _) =>
        {
            for (var i = 0; i < 10; i++)
            {
                channel.Enqueue(Peer.Message("nobody reads this"));
            }
            if (handlerTakesTime)
            {
                await work.Task;
            }
        });
        using (var gate = LoopGate.Close(peer.Loop))
        {
            await peer.SendAsync(Frames.Text("one"), Frames.Text("two"), Frames.Text("three"));
            peer.HangUp(new IOException("gone before it is read"));
            await gate.OpenAsync();
        }
        await peer.SettledAsync();
        if (handlerTakesTime)
        {
            Assert.Equal(0, peer.Server.Closed);
            work.SetResult();
        }
        await peer.Ran.Soon();
        await peer.SettledAsync();
        await peer.SettledAsync();

        Assert.Equal(1, peer.Server.Closed);
        // There is nobody left to answer.
        Assert.Equal("one", Assert.Single(peer.Server.Messages).Text);
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task End_IsSeenByTheClientOnceTheServerHasDoneWithIt()
    {
        using var tidied = new ManualResetEventSlim();
        var tidying = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var peer = new LoopPeer();
        peer.Server.Ending = () =>
        {
            tidying.SetResult();
            tidied.Wait();
        };
        await peer.SendAsync(Frames.Close(1000));
        Assert.Equal(1000, (await peer.ReadAsync()).Code);
        await tidying.Task.Soon();
        await peer.SettledAsync();
        // Its seats are still taken: who were told of the end now could not have them.
        Assert.False(peer.SeesTheEnd);
        tidied.Set();

        await Waiting.Until(() => peer.SeesTheEnd);
        Assert.Equal(1, peer.Server.Closed);
    }

    [Fact]
    public async Task Cork_ThatHasLeftInPart_IsNotCutByACloseThatDiscards()
    {
        using var peer = new LoopPeer(window: 64, onMessage: WriteNow);
        await peer.SendAsync(Frames.Text("a"), Frames.Text("b"));
        await peer.ArrivedAsync();
        await peer.SettledAsync();
        peer.Channel.Close(GoHubCloseCode.SlowConsumer, "now", discardQueued: true);
        await peer.SettledAsync();

        Assert.Equal(new string('a', 20_000), await peer.ReadTextAsync());
        Assert.Equal(new string('b', 20_000), await peer.ReadTextAsync());
        Assert.Equal(4508, (await peer.ReadCloseAsync()).Code);
    }

    [Fact]
    public async Task Cork_ThatHasLeftInPart_IsNotCutByDropOldest()
    {
        using var peer = new LoopPeer(o => (o.SendQueue.MaxMessages, o.SendQueue.WhenFull) = (2, SlowConsumer.DropOldest), window: 64, onMessage: WriteNow);
        await peer.SendAsync(Frames.Text("a"), Frames.Text("b"));
        await peer.ArrivedAsync();
        for (var i = 0; i < 5; i++)
        {
            peer.Channel.Enqueue(Peer.Message(i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            await peer.SettledAsync();
        }

        Assert.Equal(new string('a', 20_000), await peer.ReadTextAsync());
        Assert.Equal(new string('b', 20_000), await peer.ReadTextAsync());
        Assert.Equal("4", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task Cork_OfOneBeingRead_IsNotOverwrittenByAnothersFrames()
    {
        WebSocketChannel? other = null;
        using var reading = new LoopPeer(o => o.SendQueue.MaxMessages = 4, onMessage: (channel, _) =>
        {
            Assert.True(channel.TryWriteNow(FrameOpcode.Text, "for the one who asked"u8));
            for (var i = 0; i < 20; i++)
            {
                other!.Enqueue(Peer.Message("for the other, number " + i));
            }
            return ValueTask.CompletedTask;
        });
        using var second = new LoopPeer(null, 1 << 20, null, reading.Loop);
        other = second.Channel;
        await second.SettledAsync();
        await reading.SendAsync(Frames.Text("go"));

        Assert.Equal("for the one who asked", await reading.ReadTextAsync());
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("for the other, number " + i, await second.ReadTextAsync());
        }
        Assert.Equal(1006, reading.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task EarlyBytes_CutAtEveryPlace_AreReadBeforeTheRest()
    {
        byte[] all = [.. Frames.Text("one"), .. Frames.Client(FrameOpcode.Ping, "p"u8), .. Frames.Text("tw", fin: false), .. Frames.Client(FrameOpcode.Continuation, "o"u8), .. Frames.Text(new string('x', 130))];
        using var first = new LoopPeer();
        for (var cut = 0; cut <= all.Length; cut++)
        {
            using var peer = new LoopPeer(null, 1 << 20, Peer.Echo, first.Loop, all[..cut]);
            await peer.SendAsync(all[cut..]);
            Assert.Equal("one", await peer.ReadTextAsync());
            Assert.Equal(FrameOpcode.Pong, (await peer.ReadAsync()).Opcode);
            Assert.Equal("two", await peer.ReadTextAsync());
            Assert.Equal(130, (await peer.ReadTextAsync()).Length);
        }
    }

    [Fact]
    public async Task EarlyBytes_ThatEndWithTheClientsClose_AreAnsweredAndTheConnectionEnds()
    {
        using var peer = new LoopPeer(null, 1 << 20, Peer.Echo, null, [.. Frames.Text("hello"), .. Frames.Close(1000)]);

        Assert.Equal("hello", await peer.ReadTextAsync());
        Assert.Equal(1000, (await peer.ReadAsync()).Code);
        await peer.Ran.Soon();
        Assert.Equal(1000, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Frames_HandedOverBeforeTheSocketCame_LeaveFirstAndInOrder()
    {
        using var peer = new LoopPeer(null, 1 << 20, null, null, first: static channel =>
        {
            channel.Enqueue(Peer.Message("welcome"));
            channel.Enqueue(Peer.Message("news"));
        });
        Assert.Equal("welcome", await peer.ReadTextAsync());
        Assert.Equal("news", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task Abort_BeforeTheSocketCame_EndsItAsSoonAsItDoes()
    {
        using var peer = new LoopPeer(null, 1 << 20, null, null, first: static channel => channel.Abort());

        await peer.Ran.Soon();
        Assert.Equal(1, peer.Server.Closed);
    }

    [Fact]
    public async Task Loop_ThatEnds_EndsItsChannels()
    {
        var loop = new LoopPeer();
        var peer = new LoopPeer(null, 1 << 20, null, loop.Loop);
        await peer.SettledAsync();
        loop.Dispose();

        await peer.Ran.Soon();
        await loop.Ran.Soon();
        peer.Dispose();
    }

    [Fact]
    public async Task HalfClose_WhileAHandlerWorks_StillGetsTheAnswerAndThenTheEnd()
    {
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var peer = new LoopPeer(onMessage: async (channel, message) =>
        {
            await work.Task;
            channel.Enqueue(Peer.Message("answer to " + message.Text));
        });
        await peer.SendAsync(Frames.Text("a"), Frames.Text("b"));
        peer.HangUp();
        work.SetResult();

        Assert.Equal("answer to a", await peer.ReadTextAsync());
        Assert.Equal("answer to b", await peer.ReadTextAsync());
        await peer.Ran.Soon();
    }

    private static ValueTask WriteNow(WebSocketChannel channel, ReceivedMessage message)
    {
        Assert.NotNull(EventLoop.Current);
        Assert.True(channel.TryWriteNow(FrameOpcode.Text, Encoding.UTF8.GetBytes(new string(message.Text[0], 20_000))));
        return ValueTask.CompletedTask;
    }
}
