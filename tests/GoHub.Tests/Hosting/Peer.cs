using System.Text;
using GoHub.Connections;
using GoHub.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace GoHub.Tests.Hosting;

/// <summary>How a test gets a channel with a client at its other end.</summary>
/// <param name="configure">Default: no keep-alive and no time limits, so that only what a test wants happens.</param>
/// <param name="window">About what the client's side takes before it must read. Unit: bytes.</param>
/// <param name="onMessage">What the server does with each message.</param>
/// <param name="deflate">Whether compression was negotiated.</param>
internal delegate Peer PeerFactory(
    Action<GoHubOptions>? configure = null, int window = 1 << 20, Func<WebSocketChannel, ReceivedMessage, ValueTask>? onMessage = null, bool deflate = false);

/// <summary>A client at the other end of a channel, and a clock that stands still.</summary>
internal abstract class Peer : IDisposable
{
    private readonly Queue<Frame> _read = new();

    public FakeTimeProvider Time { get; } = new();

    public LogLines Log { get; } = new();

    public abstract WebSocketChannel Channel { get; }

    public abstract Receiver Server { get; }

    /// <summary>Done when the channel has told its receiver that it is over.</summary>
    public Task Ran => Server.Ended;

    /// <summary>The length of a message that alone is too long for the smallest window. Unit: characters.</summary>
    public abstract int Jam { get; }

    protected GoHubMetrics Metrics { get; } = new(new Meters());

    /// <summary>What one whole message to the client looks like.</summary>
    public static OutboundFrame Message(string text) => OutboundFrame.Of(FrameOpcode.Text, Encoding.UTF8.GetBytes(text));

    public static ValueTask Echo(WebSocketChannel channel, ReceivedMessage message)
    {
        channel.Enqueue(Message(message.Text));
        return ValueTask.CompletedTask;
    }

    /// <summary>How many messages a client that reads nothing has on the way when one more is too many: a pipe takes the first as a whole, a socket a part of it.</summary>
    public abstract int Holds(int places);

    public abstract Task SendAsync(params byte[][] frames);

    /// <summary>The client sends nothing more, without a close frame; with a fault it is gone at once.</summary>
    public abstract void HangUp(Exception? fault = null);

    /// <summary>Something has been written, and is left where it is.</summary>
    public abstract Task ArrivedAsync();

    /// <summary>What was handed over before has been written as far as it can be.</summary>
    public abstract Task SettledAsync();

    /// <summary>The next frame from the server.</summary>
    public async Task<Frame> ReadAsync()
    {
        while (_read.Count == 0)
        {
            Assert.True(await ReadMoreAsync(_read).Soon(), "The server wrote nothing more.");
        }
        return _read.Dequeue();
    }

    public async Task<string> ReadTextAsync()
    {
        var frame = await ReadAsync();
        Assert.Equal(FrameOpcode.Text, frame.Opcode);
        return frame.Text;
    }

    /// <summary>Expects a close frame next; answers it, so that the handshake ends.</summary>
    public async Task<(int Code, string Reason)> ReadCloseAsync()
    {
        var frame = await ReadAsync();
        Assert.Equal(FrameOpcode.Close, frame.Opcode);
        await SendAsync(Frames.Close(frame.Code));
        return (frame.Code, frame.Reason);
    }

    /// <summary>Nothing more has been written up to now.</summary>
    public async Task AssertSilentAsync()
    {
        await SettledAsync();
        Assert.Empty(_read);
        AssertNothingUnread();
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        Time.Advance(time);
        Channel.Sweep(Time.GetTimestamp());
        await SettledAsync();
    }

    public virtual void Dispose() => Metrics.Dispose();

    /// <summary>Options without keep-alive and time limits.</summary>
    protected static GoHubOptions Options(Action<GoHubOptions>? configure)
    {
        var options = new GoHubOptions { KeepAliveInterval = TimeSpan.Zero, IdleTimeout = TimeSpan.Zero, WriteTimeout = TimeSpan.Zero };
        configure?.Invoke(options);
        return options;
    }

    /// <summary>Waits for bytes and adds the frames that they make whole.</summary>
    /// <returns>False at the end.</returns>
    protected abstract Task<bool> ReadMoreAsync(Queue<Frame> frames);

    protected abstract void AssertNothingUnread();
}
