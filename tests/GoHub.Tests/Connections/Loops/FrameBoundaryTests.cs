using System.Security.Cryptography;
using GoHub.Connections;
using GoHub.Transport.Loops;

namespace GoHub.Tests.Connections.Loops;

/// <summary>Frames of every length that matters, cut wherever the loop's reads may cut them, come back whole.</summary>
public sealed class FrameBoundaryTests
{
    private const int Largest = 16 * 1024 * 1024;

    public static TheoryData<int> Sizes =>
    [
        0, 1, 125, 126, 127, 65_535, 65_536, 65_537,
        // With the client's header of 8 or 14 bytes these end at the edge of the receive buffer.
        EventLoop.ReceiveBufferSize - 15, EventLoop.ReceiveBufferSize - 9, EventLoop.ReceiveBufferSize - 8, EventLoop.ReceiveBufferSize - 7,
        (2 * EventLoop.ReceiveBufferSize) - 15, (2 * EventLoop.ReceiveBufferSize) - 14, (2 * EventLoop.ReceiveBufferSize) - 13, 1 << 20, Largest,
    ];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Frame_OfAnySize_ComesBackWhole(int size)
    {
        using var peer = Echoing();
        var payload = RandomNumberGenerator.GetBytes(size);
        var asking = peer.SendAsync(Frames.Client(FrameOpcode.Binary, payload), Frames.Text("after"));

        Assert.Equal(payload, (await peer.ReadAsync()).Payload);
        Assert.Equal("after", (await peer.ReadAsync()).Text);
        await asking;
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(70_000)]
    public async Task Header_AtTheEdgeOfTheReceiveBuffer_IsReadInHalves(int size)
    {
        using var peer = Echoing();
        var payload = RandomNumberGenerator.GetBytes(size);
        // The first frame ends so far before the edge that the header of the second is cut at each of its bytes, the edge itself and one beyond.
        for (var before = 0; before <= 16; before++)
        {
            var first = new byte[EventLoop.ReceiveBufferSize - before - 8];
            var asking = peer.SendAsync(Frames.Client(FrameOpcode.Binary, first), Frames.Client(FrameOpcode.Binary, payload));
            Assert.Equal(first, (await peer.ReadAsync()).Payload);
            Assert.Equal(payload, (await peer.ReadAsync()).Payload);
            await asking;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(70_000)]
    public async Task Frame_ReadInTwoParts_ComesBackWholeWhereverItIsCut(int size)
    {
        using var peer = Echoing();
        var payload = RandomNumberGenerator.GetBytes(size);
        var frame = Frames.Client(FrameOpcode.Binary, payload);
        foreach (var cut in Enumerable.Range(1, 16).Concat([frame.Length / 2, frame.Length - 1]).Where(c => c < frame.Length))
        {
            var reads = peer.Server.Reads;
            await peer.SendAsync(frame[..cut]);
            await Waiting.Until(() => peer.Server.Reads > reads);
            await peer.SendAsync(frame[cut..]);
            Assert.Equal(payload, (await peer.ReadAsync()).Payload);
        }
    }

    private static LoopPeer Echoing() => new(o => (o.MaxMessageSize, o.SendQueue.MaxBytes) = (Largest, 4 * Largest), onMessage: static (channel, message) =>
    {
        channel.Enqueue(OutboundFrame.Of(FrameOpcode.Binary, message.Payload));
        return ValueTask.CompletedTask;
    });
}
