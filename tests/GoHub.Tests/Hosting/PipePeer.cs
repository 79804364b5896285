using System.Buffers;
using System.IO.Pipelines;
using GoHub.Connections;

namespace GoHub.Tests.Hosting;

/// <summary>A client at the other end of a <see cref="PipeChannel"/>: two pipes in memory, no network.</summary>
internal sealed class PipePeer : Peer
{
    private readonly Pipe _toServer = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _toClient;
    private readonly bool _deflate;

    public PipePeer(Action<GoHubOptions>? configure, int window, Func<WebSocketChannel, ReceivedMessage, ValueTask>? onMessage, bool deflate)
    {
        _deflate = deflate;
        _toClient = new Pipe(new PipeOptions(pauseWriterThreshold: window, resumeWriterThreshold: window / 2, useSynchronizationContext: false));
        var channel = new PipeChannel(
            new Duplex(_toServer.Reader, _toClient.Writer), new ChannelSettings(Options(configure), Time), Metrics, Log, () => _toServer.Writer.Complete(new IOException("aborted")), deflate);
        Channel = channel;
        Server = new Receiver(channel, onMessage);
        _ = channel.RunAsync(Server);
    }

    public override WebSocketChannel Channel { get; }

    public override Receiver Server { get; }

    public override int Jam => 100;

    public override int Holds(int places) => 1 + places;

    public override async Task SendAsync(params byte[][] frames) => await _toServer.Writer.WriteAsync(frames.SelectMany(f => f).ToArray(), TestContext.Current.CancellationToken);

    public override void HangUp(Exception? fault = null) => _toServer.Writer.Complete(fault);

    public override async Task ArrivedAsync()
    {
        var read = await _toClient.Reader.ReadAsync(TestContext.Current.CancellationToken).Soon();
        _toClient.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
    }

    // What a pipe takes is written by the caller himself.
    public override Task SettledAsync() => Task.CompletedTask;

    protected override async Task<bool> ReadMoreAsync(Queue<Frame> frames)
    {
        var read = await _toClient.Reader.ReadAsync(TestContext.Current.CancellationToken);
        var bytes = read.Buffer.ToArray();
        ReadOnlySpan<byte> rest = bytes;
        Frames.ReadServer(ref rest, _deflate).ForEach(frames.Enqueue);
        _toClient.Reader.AdvanceTo(read.Buffer.GetPosition(bytes.Length - rest.Length), read.Buffer.End);
        return !read.IsCompleted || frames.Count > 0;
    }

    protected override void AssertNothingUnread()
    {
        if (_toClient.Reader.TryRead(out var read))
        {
            var bytes = read.Buffer.ToArray();
            _toClient.Reader.AdvanceTo(read.Buffer.Start);
            Assert.Empty(bytes);
        }
    }

    internal sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
