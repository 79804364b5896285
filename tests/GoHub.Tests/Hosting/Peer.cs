using System.Buffers;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Text;
using GoHub.Connections;
using GoHub.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace GoHub.Tests.Hosting;

/// <summary>A client at the other end of a <see cref="PipeChannel"/>: two pipes in memory, a clock that stands still, no network.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Pipe _toServer = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _toClient;
    private readonly GoHubMetrics _metrics = new(new Meters());
    private readonly Queue<Frame> _read = new();
    private readonly bool _deflate;

    /// <param name="configure">Default: no keep-alive and no time limits, so that only what a test wants happens.</param>
    /// <param name="window">What the client's side takes before it must read. Unit: bytes.</param>
    /// <param name="onMessage">What the server does with each message.</param>
    /// <param name="deflate">Whether compression was negotiated.</param>
    public Peer(Action<GoHubOptions>? configure = null, int window = 1 << 20, Func<PipeChannel, ReceivedMessage, ValueTask>? onMessage = null, bool deflate = false)
    {
        _deflate = deflate;
        var options = new GoHubOptions { KeepAliveInterval = TimeSpan.Zero, IdleTimeout = TimeSpan.Zero, WriteTimeout = TimeSpan.Zero };
        configure?.Invoke(options);
        _toClient = new Pipe(new PipeOptions(pauseWriterThreshold: window, resumeWriterThreshold: window / 2, useSynchronizationContext: false));
        Channel = new PipeChannel(new Duplex(_toServer.Reader, _toClient.Writer), new ChannelSettings(options, Time), _metrics, Log, () =>
        {
            Aborts++;
            _toServer.Writer.Complete(new IOException("aborted"));
        }, deflate);
        Server = new Receiver(Channel, onMessage);
        Ran = Channel.RunAsync(Server);
    }

    public FakeTimeProvider Time { get; } = new();

    public LogLines Log { get; } = new();

    public PipeChannel Channel { get; }

    public Receiver Server { get; }

    /// <summary>The channel's <see cref="WebSocketChannel.RunAsync"/>.</summary>
    public Task Ran { get; }

    public int Aborts { get; private set; }

    /// <summary>What one whole message to the client looks like.</summary>
    public static OutboundFrame Message(string text) => OutboundFrame.Of(FrameOpcode.Text, Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(params byte[][] frames) => await _toServer.Writer.WriteAsync(frames.SelectMany(f => f).ToArray(), TestContext.Current.CancellationToken);

    /// <summary>The client vanishes: no close frame, no more bytes.</summary>
    public void HangUp(Exception? fault = null) => _toServer.Writer.Complete(fault);

    /// <summary>The next frame from the server.</summary>
    public async Task<Frame> ReadAsync()
    {
        while (_read.Count == 0)
        {
            var read = await _toClient.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
            var bytes = read.Buffer.ToArray();
            ReadOnlySpan<byte> rest = bytes;
            foreach (var frame in Frames.ReadServer(ref rest, _deflate))
            {
                _read.Enqueue(frame);
            }
            var used = read.Buffer.GetPosition(bytes.Length - rest.Length);
            _toClient.Reader.AdvanceTo(used, read.Buffer.End);
            Assert.False(read.IsCompleted && _read.Count == 0, "The server wrote nothing more.");
        }
        return _read.Dequeue();
    }

    /// <summary>Something has been written, and is left where it is.</summary>
    public async Task ArrivedAsync()
    {
        if (_read.Count == 0)
        {
            var read = await _toClient.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
            _toClient.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        }
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
    public void AssertSilent()
    {
        Assert.Empty(_read);
        if (_toClient.Reader.TryRead(out var read))
        {
            var bytes = read.Buffer.ToArray();
            _toClient.Reader.AdvanceTo(read.Buffer.Start);
            Assert.Empty(bytes);
        }
    }

    public void Advance(TimeSpan time)
    {
        Time.Advance(time);
        Channel.Sweep(Time.GetTimestamp());
    }

    public void Dispose() => _metrics.Dispose();

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}

/// <summary>A message that reached the server, copied.</summary>
internal sealed record ReceivedMessage(bool Binary, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>The server above the channel: keeps what comes, and does with it what the test says.</summary>
internal sealed class Receiver(PipeChannel channel, Func<PipeChannel, ReceivedMessage, ValueTask>? onMessage) : IChannelReceiver
{
    private readonly Lock _gate = new();
    private readonly List<ReceivedMessage> _messages = [];

    public int Reads { get; private set; }

    public IReadOnlyList<ReceivedMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public int Closed { get; private set; }

    public void OnRead() => Reads++;

    public void OnClosed() => Closed++;

    public ValueTask OnMessageAsync(bool binary, ReadOnlyMemory<byte> payload)
    {
        var message = new ReceivedMessage(binary, payload.ToArray());
        lock (_gate)
        {
            _messages.Add(message);
        }
        return onMessage?.Invoke(channel, message) ?? ValueTask.CompletedTask;
    }
}
