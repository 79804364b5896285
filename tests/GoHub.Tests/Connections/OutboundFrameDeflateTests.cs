using System.Security.Cryptography;
using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>The compressed twin of a frame: one for all, and only where it is smaller.</summary>
public sealed class OutboundFrameDeflateTests
{
    private static readonly FrameDeflater Deflater = new(minSize: 100);

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public void For_AReceiverThatInflates_IsSmallerAndSaysTheSame(int length)
    {
        var payload = Enumerable.Range(0, length).Select(i => (byte)"hello room "[i % 11]).ToArray();
        var frame = OutboundFrame.Of(FrameOpcode.Text, payload);

        var twin = frame.For(Deflater);

        Assert.True(twin.Bytes.Length < frame.Bytes.Length);
        Assert.Equal(FrameOpcode.Text, twin.Opcode);
        var read = Assert.Single(Frames.ReadServer(twin.Bytes, deflate: true));
        Assert.True(read is { Compressed: true, Fin: true });
        Assert.Equal(payload, Deflated.Inflate(read.Payload));
        Assert.Same(twin, twin.For(Deflater));
        // The frame itself goes to the others, and to other nodes.
        Assert.Same(frame, frame.For(null));
        Assert.Equal(payload, frame.Payload);
    }

    [Fact]
    public void For_AnyPayload_SaysTheSame() =>
        Gen.Select(Gen.Byte[0, 40].Array[0, 3000], Gen.Byte.Array[0, 300]).Sample((dull, random) =>
        {
            byte[] payload = [.. dull, .. random];
            var frame = OutboundFrame.Of(FrameOpcode.Binary, payload);
            var read = Assert.Single(Frames.ReadServer(frame.For(new FrameDeflater(0)).Bytes, deflate: true));

            Assert.Equal(payload, read.Compressed ? Deflated.Inflate(read.Payload) : read.Payload);
            Assert.InRange(read.Payload.Length, 0, payload.Length);
        }, iter: 500);

    [Fact]
    public void For_ManyReceiversAtOnce_IsCompressedOnce()
    {
        for (var round = 0; round < 20; round++)
        {
            var frame = OutboundFrame.Of(FrameOpcode.Text, new byte[100_000]);
            var twins = new OutboundFrame[16];
            Parallel.For(0, twins.Length, i => twins[i] = frame.For(Deflater));

            Assert.All(twins, t => Assert.Same(twins[0], t));
        }
    }

    [Fact]
    public void For_ASmallPayload_IsTheFrame()
    {
        var frame = OutboundFrame.Of(FrameOpcode.Text, new byte[99]);

        Assert.Same(frame, frame.For(Deflater));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void For_APayloadThatDoesNotShrink_IsTheFrame(int length)
    {
        var frame = OutboundFrame.Of(FrameOpcode.Binary, RandomNumberGenerator.GetBytes(length));

        Assert.Same(frame, frame.For(Deflater));
        Assert.Same(frame, frame.For(Deflater));
    }

    [Fact]
    public void For_AControlFrame_IsTheFrame()
    {
        var close = OutboundFrame.Close(GoHubCloseCode.PolicyViolation, new string('x', 123));

        Assert.Same(close, close.For(Deflater));
        Assert.Equal(new string('x', 123), Encoding.UTF8.GetString(close.Payload[2..]));
    }
}
