using GoHub.Connections;
using GoHub.Transport.Loops;

namespace GoHub.Tests.Connections.Loops;

/// <summary>What a loop's thread allocates once it is warm: nothing for a frame that is echoed, nothing for one that is delivered.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 500;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(100, 1)]
    [InlineData(100, 32)]
    [InlineData(10_000, 3)]
    public async Task Echo_OfAFrame_AllocatesNothing(int size, int pipelined)
    {
        using var loop = new LoopPeer();
        using var client = new EchoClient(loop.Loop, size, pipelined);
        for (var i = 0; i < Rounds; i++)
        {
            client.Ask();
        }
        var before = await AllocatedAsync(loop.Loop);
        for (var i = 0; i < Rounds; i++)
        {
            client.Ask();
        }

        AssertNothingFor(Rounds * pipelined, await AllocatedAsync(loop.Loop) - before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Delivery_OfABroadcast_AllocatesNothing(int atOnce)
    {
        const int Members = 10;
        await using var node = new LoopNode();
        var peers = Enumerable.Range(0, Members).Select(_ => node.Connect("room").Peer).ToArray();
        await node.Loop.SettledAsync();
        var frame = Peer.Message("to all of you");
        await PublishAsync();
        var before = await AllocatedAsync(node.Loop);
        await PublishAsync();

        AssertNothingFor(Rounds * Members * atOnce, await AllocatedAsync(node.Loop) - before);

        async Task PublishAsync()
        {
            for (var i = 0; i < Rounds; i++)
            {
                for (var n = 0; n < atOnce; n++)
                {
                    node.Node.Rooms.Find("room")!.Broadcast(frame, null);
                }
                foreach (var peer in peers)
                {
                    for (var n = 0; n < atOnce; n++)
                    {
                        Assert.Equal("to all of you", await peer.ReadTextAsync());
                    }
                }
            }
        }
    }

    // A list that grows once is no allocation for each; the smallest object has 24 bytes.
    private static void AssertNothingFor(int frames, long bytes) => Assert.InRange(bytes, 0, frames / 2);

    private static async Task<long> AllocatedAsync(TestLoop loop)
    {
        var sample = new Sample();
        loop.Loop.Post(sample);
        await Waiting.Until(() => sample.IsTaken);
        return sample.Value;
    }

    // Tells nobody, since that would allocate on the loop.
    private sealed class Sample : LoopWork
    {
        private volatile bool _taken;

        public bool IsTaken => _taken;

        public long Value { get; private set; }

        public override void Run(object? first, object? second)
        {
            Value = GC.GetAllocatedBytesForCurrentThread();
            _taken = true;
        }
    }
}

/// <summary>Sends the same frames again and again and waits for their echoes; the server answers from the parser's buffer.</summary>
internal sealed class EchoClient : IChannelReceiver, IDisposable
{
    private readonly System.Net.Sockets.Socket _client;
    private readonly GoHub.Connections.Loops.LoopChannel _channel;
    private readonly byte[] _question;
    private readonly byte[] _answer;

    public EchoClient(TestLoop loop, int size, int pipelined)
    {
        _question = [.. Enumerable.Repeat(Frames.Client(FrameOpcode.Binary, new byte[size]), pipelined).SelectMany(f => f)];
        _answer = new byte[OutboundFrame.Of(FrameOpcode.Binary, new byte[size]).Bytes.Length * pipelined];
        var (client, server) = SocketPair.Connect();
        _client = client;
        _channel = new GoHub.Connections.Loops.LoopChannel(loop.Lane);
        loop.HandOver(_channel, this, server);
    }

    public void Ask()
    {
        _client.Send(_question);
        for (var got = 0; got < _answer.Length;)
        {
            got += _client.Receive(_answer.AsSpan(got));
        }
    }

    public void OnRead()
    {
    }

    public ValueTask OnMessageAsync(bool binary, ReadOnlyMemory<byte> payload)
    {
        Assert.True(_channel.TryWriteNow(FrameOpcode.Binary, payload.Span));
        return ValueTask.CompletedTask;
    }

    public void OnClosed()
    {
    }

    public void Dispose() => _client.Dispose();
}
