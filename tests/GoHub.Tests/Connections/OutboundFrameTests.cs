using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

public sealed class OutboundFrameTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65535, 4)]
    [InlineData(65536, 10)]
    public void Of_EachLength_HasTheShortestHeader(int length, int header)
    {
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

        var frame = OutboundFrame.Of(FrameOpcode.Binary, payload);

        Assert.Equal(header + length, frame.Bytes.Length);
        var read = Assert.Single(Frames.ReadServer(frame.Bytes));
        Assert.Equal(FrameOpcode.Binary, read.Opcode);
        Assert.True(read.Fin);
        Assert.Equal(payload, read.Payload);
        byte[] reserved = [.. new byte[OutboundFrame.HeaderReserve], .. payload];
        Assert.Equal(frame.Bytes, OutboundFrame.FromReserved(FrameOpcode.Binary, reserved).Bytes);
    }

    [Fact]
    public void Close_CutsTheReasonAtACharacter() =>
        Gen.Select(Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Const('é'), Gen.Const('€')), 0, 130], Gen.Bool).Sample((text, emoji) =>
        {
            var reason = emoji ? text + "😀😀😀" : text;
            var close = Assert.Single(Frames.ReadServer(OutboundFrame.Close(GoHubCloseCode.PolicyViolation, reason).Bytes));

            Assert.Equal(1008, close.Code);
            Assert.InRange(close.Payload.Length, 2, 125);
            var bytes = Encoding.UTF8.GetByteCount(reason);
            Assert.StartsWith(close.Reason, reason, StringComparison.Ordinal);
            Assert.True(close.Reason == reason ? bytes <= 123 : bytes > 123 && close.Payload.Length > 121);
        }, iter: 2000);
}
