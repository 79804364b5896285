using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>The close handshake in both directions, and the ends without one.</summary>
public abstract class ChannelClosingSpecification
{
    private protected abstract PeerFactory Connect { get; }

    [Theory]
    [InlineData(1000, "done")]
    [InlineData(3456, "")]
    [InlineData(4999, "tschüß")]
    public async Task Close_ByTheClient_IsAnsweredWithItsCode(int code, string reason)
    {
        using var peer = Connect(onMessage: Peer.Echo);
        await peer.SendAsync(Frames.Text("last"), Frames.Close(code, reason), Frames.Text("after the end"));

        Assert.Equal("last", await peer.ReadTextAsync());
        var answer = await peer.ReadAsync();
        Assert.Equal((FrameOpcode.Close, code, ""), (answer.Opcode, answer.Code, answer.Reason));
        await peer.Ran.Soon();
        Assert.Equal((code, reason), peer.Channel.CloseStatus);
        Assert.Single(peer.Server.Messages);
        Assert.Equal(EnqueueResult.Closed, peer.Channel.Enqueue(Peer.Message("too late")));
        await peer.AssertSilentAsync();
    }

    [Fact]
    public async Task Close_ByTheClientWithoutACode_IsAnsweredWithoutOne()
    {
        using var peer = Connect();
        await peer.SendAsync(Frames.Client(FrameOpcode.Close, []));

        Assert.Empty((await peer.ReadAsync()).Payload);
        await peer.Ran.Soon();
        Assert.Equal(1005, peer.Channel.CloseStatus.Code);
    }

    [Theory]
    [InlineData("03", 1002)]
    [InlineData("03EC", 1002)]
    [InlineData("0000", 1002)]
    [InlineData("03E8FF", 1007)]
    public async Task Close_ByTheClientWithWhatItMayNotSend_IsAnsweredWithTheFault(string payload, int expected)
    {
        using var peer = Connect();
        await peer.SendAsync(Frames.Client(FrameOpcode.Close, Convert.FromHexString(payload)));

        Assert.Equal(expected, (await peer.ReadAsync()).Code);
        peer.HangUp();
        await peer.Ran.Soon();
        Assert.Equal(expected, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Close_ByTheServer_EndsWithTheClientsAnswer()
    {
        using var peer = Connect(onMessage: Peer.Echo);
        peer.Channel.Enqueue(Peer.Message("before"));
        peer.Channel.Close(GoHubCloseCode.ServiceRestart, "restart");
        peer.Channel.Close(GoHubCloseCode.Normal, "a second close counts no more");
        Assert.Equal(EnqueueResult.Closed, peer.Channel.Enqueue(Peer.Message("after")));
        // The peer's data on the way counts no more.
        await peer.SendAsync(Frames.Text("crossing"));

        Assert.Equal("before", await peer.ReadTextAsync());
        Assert.False(peer.Ran.IsCompleted);
        Assert.Equal((1012, "restart"), await peer.ReadCloseAsync());
        await peer.Ran.Soon();
        Assert.Equal((1012, "restart"), peer.Channel.CloseStatus);
        Assert.Empty(peer.Server.Messages);
        await peer.AssertSilentAsync();
    }

    [Fact]
    public async Task Close_ByTheServer_WhenNoAnswerComes_Aborts()
    {
        using var peer = Connect();
        peer.Channel.Close(GoHubCloseCode.Normal, "");
        await peer.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        Assert.False(peer.Ran.IsCompleted);
        await peer.AdvanceAsync(TimeSpan.FromSeconds(0.2));

        await peer.Ran.Soon();
        Assert.Equal(1000, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Close_OfBothAtOnce_SendsOneFrameEach()
    {
        using var peer = Connect();
        peer.Channel.Close(GoHubCloseCode.Normal, "us");
        await peer.SendAsync(Frames.Close(1001, "them"));
        await peer.Ran.Soon();

        Assert.Equal(1000, (await peer.ReadAsync()).Code);
        await peer.AssertSilentAsync();
        Assert.Equal((1000, "us"), peer.Channel.CloseStatus);
    }

    [Theory]
    [InlineData(1002)]
    [InlineData(1007)]
    [InlineData(1009)]
    public async Task Violation_ClosesWithItsCodeAfterWhatWasAnswered(int code)
    {
        using var peer = Connect(o => o.MaxMessageSize = 1000, onMessage: Peer.Echo);
        await peer.SendAsync(Frames.Text("fine"), code switch
        {
            1002 => Frames.Client(FrameOpcode.Text, "x"u8, mask: null),
            1007 => Frames.Client(FrameOpcode.Text, [0xFF]),
            _ => Frames.Client(FrameOpcode.Binary, new byte[1001]),
        });

        Assert.Equal("fine", await peer.ReadTextAsync());
        Assert.Equal(code, (await peer.ReadAsync()).Code);
        Assert.Equal(code, peer.Channel.CloseStatus.Code);
        // What still comes is read and thrown away for a moment, so that the close frame is not lost to a reset.
        Assert.False(peer.Ran.IsCompleted);
        await peer.SendAsync(Frames.Text("ignored"));
        peer.HangUp();
        await peer.Ran.Soon();
        Assert.Single(peer.Server.Messages);
    }

    [Fact]
    public async Task Violation_OfAPeerThatStays_EndsAfterTheMoment()
    {
        using var peer = Connect();
        await peer.SendAsync(Frames.Client(FrameOpcode.Text, "x"u8, mask: null));
        Assert.Equal(1002, (await peer.ReadAsync()).Code);
        // The close frame is written before the moment starts, so its clock may start later than this.
        for (var i = 0; i < 2000 && !peer.Ran.IsCompleted; i++)
        {
            await peer.AdvanceAsync(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        await peer.Ran.Soon();
    }

    [Fact]
    public async Task Abort_EndsAtOnceWithoutAWord()
    {
        using var peer = Connect(window: 16);
        peer.Channel.Enqueue(Peer.Message(new string('x', 100)));
        peer.Channel.Enqueue(Peer.Message("waiting"));
        peer.Channel.Abort();

        await peer.Ran.Soon();
        Assert.Equal(EnqueueResult.Closed, peer.Channel.Enqueue(Peer.Message("late")));
    }

    [Fact]
    public async Task Abort_WhileAHandlerWorks_EndsOnceItIsDone()
    {
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var peer = Connect(onMessage: (_, _) => new ValueTask(work.Task));
        await peer.SendAsync(Frames.Text("x"), Frames.Text("y"));
        peer.Channel.Abort();
        work.SetResult();

        await peer.Ran.Soon();
    }
}
