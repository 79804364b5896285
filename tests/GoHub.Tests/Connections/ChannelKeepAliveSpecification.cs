using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>Pings to a silent client, and the end of one that does not answer.</summary>
public abstract class ChannelKeepAliveSpecification
{
    private protected abstract PeerFactory Connect { get; }

    [Fact]
    public async Task Sweep_OfASilentClient_PingsAndThenCloses()
    {
        using var peer = Alive();
        await peer.AdvanceAsync(TimeSpan.FromSeconds(19));
        await peer.AssertSilentAsync();

        await peer.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(FrameOpcode.Ping, (await peer.ReadAsync()).Opcode);
        // One ping each interval, not one each sweep.
        await peer.AdvanceAsync(TimeSpan.FromSeconds(0.5));
        await peer.AssertSilentAsync();
        await peer.AdvanceAsync(TimeSpan.FromSeconds(19.5));
        Assert.Equal(FrameOpcode.Ping, (await peer.ReadAsync()).Opcode);
        await peer.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(FrameOpcode.Ping, (await peer.ReadAsync()).Opcode);
        await peer.AdvanceAsync(TimeSpan.FromSeconds(0.5));

        Assert.Equal(4408, (await peer.ReadCloseAsync()).Code);
        await peer.Ran.Soon();
    }

    [Fact]
    public async Task Sweep_OfAClientThatAnswersPings_KeepsItForEver()
    {
        using var peer = Alive();
        for (var i = 0; i < 30; i++)
        {
            await peer.AdvanceAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(FrameOpcode.Ping, (await peer.ReadAsync()).Opcode);
            await HeardAsync(peer, Frames.Client(FrameOpcode.Pong, []));
        }
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task Sweep_OfAClientThatTalks_SendsNoPing()
    {
        using var peer = Alive();
        for (var i = 0; i < 30; i++)
        {
            await peer.AdvanceAsync(TimeSpan.FromSeconds(15));
            await HeardAsync(peer, Frames.Text("x"));
        }
        await peer.AssertSilentAsync();
    }

    [Fact]
    public async Task Sweep_WhileAHandlerWorks_DoesNotTakeOurSilenceForTheClients()
    {
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var peer = Connect(Keep, onMessage: async (channel, _) =>
        {
            channel.Enqueue(Peer.Message("at work"));
            await work.Task;
            channel.Enqueue(Peer.Message("done"));
        });
        await peer.SendAsync(Frames.Text("x"));
        // It leaves once the channel has gone over to waiting for the handler.
        Assert.Equal("at work", await peer.ReadTextAsync());
        for (var i = 0; i < 10; i++)
        {
            await peer.AdvanceAsync(TimeSpan.FromSeconds(30));
        }
        work.SetResult();

        Assert.Equal("done", await peer.ReadTextAsync());
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    [Fact]
    public async Task PingInterval_OfALongerOneThanTheIdleTimeoutAllows_IsHalfOfThat()
    {
        using var peer = Connect(o => (o.KeepAliveInterval, o.IdleTimeout) = (TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10)));
        await peer.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(FrameOpcode.Ping, (await peer.ReadAsync()).Opcode);
    }

    [Fact]
    public async Task Sweep_WithBothSwitchedOff_DoesNothing()
    {
        using var peer = Connect();
        await peer.AdvanceAsync(TimeSpan.FromDays(1));

        await peer.AssertSilentAsync();
        Assert.Equal(1006, peer.Channel.CloseStatus.Code);
    }

    private Peer Alive() => Connect(Keep);

    private static void Keep(GoHubOptions options) => (options.KeepAliveInterval, options.IdleTimeout) = (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));

    private static async Task HeardAsync(Peer peer, byte[] frame)
    {
        var reads = peer.Server.Reads;
        await peer.SendAsync(frame);
        await Waiting.Until(() => peer.Server.Reads > reads);
    }
}
