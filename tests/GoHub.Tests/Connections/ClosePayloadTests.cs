using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

public sealed class ClosePayloadTests
{
    [Fact]
    public void TryRead_OfNothing_IsNoStatus()
    {
        Assert.True(ClosePayload.TryRead([], out var code, out var reason, out _));
        Assert.Equal((1005, ""), (code, reason));
    }

    [Fact]
    public void TryRead_OfOneByte_IsAProtocolError()
    {
        Assert.False(ClosePayload.TryRead([3], out _, out _, out var problem));
        Assert.Equal(GoHubCloseCode.ProtocolError, problem);
    }

    [Fact]
    public void TryRead_OfEveryCode_AllowsThoseOfTheWireOnly()
    {
        int[] registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var allowed = ClosePayload.TryRead([(byte)(code >> 8), (byte)code], out var read, out _, out var problem);
            Assert.Equal(code is >= 3000 and <= 4999 || registered.Contains(code), allowed);
            Assert.True(allowed ? read == code : problem == GoHubCloseCode.ProtocolError);
        }
    }

    [Fact]
    public void TryRead_OfAReason_GivesItBack()
    {
        var text = "tschüß 😀";
        Assert.True(ClosePayload.TryRead([0x03, 0xE8, .. Encoding.UTF8.GetBytes(text)], out _, out var reason, out _));
        Assert.Equal(text, reason);
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("61C3")]
    public void TryRead_OfAReasonThatIsNotUtf8_IsInvalidPayload(string hex)
    {
        Assert.False(ClosePayload.TryRead([0x03, 0xE8, .. Convert.FromHexString(hex)], out _, out _, out var problem));
        Assert.Equal(GoHubCloseCode.InvalidPayload, problem);
    }
}
