using System.Net.Sockets;
using GoHub.Connections;
using GoHub.Connections.Loops;

namespace GoHub.Tests.Hosting;

/// <summary>A client at the other end of a <see cref="LoopChannel"/>: a real socket on a real loop.</summary>
internal sealed class LoopPeer : Peer
{
    private readonly TestLoop _loop;
    private readonly bool _ownsLoop;
    private readonly bool _deflate;
    private readonly Socket _client;
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public LoopPeer(Action<GoHubOptions>? configure = null, int window = 1 << 20, Func<WebSocketChannel, ReceivedMessage, ValueTask>? onMessage = null, bool deflate = false)
        : this(configure, window, onMessage, null, deflate: deflate)
    {
    }

    /// <param name="configure">As <see cref="PeerFactory"/>; counts only without <paramref name="loop"/>.</param>
    /// <param name="window">As <see cref="PeerFactory"/>.</param>
    /// <param name="onMessage">As <see cref="PeerFactory"/>.</param>
    /// <param name="loop">The loop of another peer, or null for one of its own.</param>
    /// <param name="early">What had come before the loop got the socket.</param>
    /// <param name="first">What the server does with the channel before it has a socket.</param>
    /// <param name="deflate">As <see cref="PeerFactory"/>.</param>
    public LoopPeer(
        Action<GoHubOptions>? configure, int window, Func<WebSocketChannel, ReceivedMessage, ValueTask>? onMessage, TestLoop? loop,
        byte[]? early = null, Action<LoopChannel>? first = null, bool deflate = false)
    {
        _deflate = deflate;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Loops are Linux's.");
        _ownsLoop = loop is null;
        _loop = loop ?? new TestLoop(Settings(configure, window), Metrics, Log);
        var (client, server) = SocketPair.Connect();
        _client = client;
        Own = new LoopChannel(_loop.Lane, deflate);
        Server = new Receiver(Own, onMessage);
        first?.Invoke(Own);
        _loop.HandOver(Own, Server, server, early);
    }

    public LoopChannel Own { get; }

    public TestLoop Loop => _loop;

    public override WebSocketChannel Channel => Own;

    public override Receiver Server { get; }

    public override int Jam => 40_000;

    public override int Holds(int places) => places;

    public override async Task SendAsync(params byte[][] frames)
    {
        ReadOnlyMemory<byte> rest = frames.SelectMany(f => f).ToArray();
        while (!rest.IsEmpty)
        {
            rest = rest[await _client.SendAsync(rest, TestContext.Current.CancellationToken)..];
        }
    }

    public override void HangUp(Exception? fault = null)
    {
        if (fault is null)
        {
            _client.Shutdown(SocketShutdown.Send);
        }
        else
        {
            _client.Dispose();
        }
    }

    public override async Task ArrivedAsync()
    {
        if (_length == 0)
        {
            await _client.ReceiveAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken).Soon();
        }
    }

    /// <summary>Whether the server has ended the connection; nothing must be unread.</summary>
    public bool SeesTheEnd => _client.Poll(0, SelectMode.SelectRead) && _client.Available == 0;

    public override Task SettledAsync() => _loop.SettledAsync();

    public override void Dispose()
    {
        _client.Dispose();
        if (_ownsLoop)
        {
            _loop.Dispose();
        }
        base.Dispose();
        Assert.InRange(Server.Closed, 0, 1);
    }

    protected override async Task<bool> ReadMoreAsync(Queue<Frame> frames)
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, _length * 2);
        }
        var count = await _client.ReceiveAsync(_buffer.AsMemory(_length), TestContext.Current.CancellationToken);
        _length += count;
        Parse(frames);
        return count > 0;
    }

    protected override void AssertNothingUnread()
    {
        Assert.Equal(0, _length);
        Assert.Equal(0, _client.Available);
    }

    private void Parse(Queue<Frame> frames)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, _length);
        Frames.ReadServer(ref rest, _deflate).ForEach(frames.Enqueue);
        rest.CopyTo(_buffer);
        _length = rest.Length;
    }

    private ChannelSettings Settings(Action<GoHubOptions>? configure, int window)
    {
        var options = Options(configure);
        options.SendQueue.SocketBytes = window;
        return new ChannelSettings(options, Time);
    }
}
