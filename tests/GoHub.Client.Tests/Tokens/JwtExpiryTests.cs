using GoHub.Client.Tokens;

namespace GoHub.Client.Tests.Tokens;

public sealed class JwtExpiryTests
{
    [Theory]
    [InlineData("""{"exp":1717000000}""", 1_717_000_000_000)]
    [InlineData("""{"sub":"x","nested":{"exp":1},"list":["exp",2],"exp":1717000000.5}""", 1_717_000_000_500)]
    [InlineData("""{"exp":0}""", 0)]
    public void Of_ReadsTheClaim(string payload, long milliseconds) => Assert.Equal(milliseconds, JwtExpiry.Of(Token(payload))!.Value.ToUnixTimeMilliseconds());

    [Theory]
    [InlineData("""{"exp":"1717000000"}""")]
    [InlineData("""{"exp":null}""")]
    [InlineData("""{"exp":-1}""")]
    [InlineData("""{"exp":1e300}""")]
    [InlineData("""{"sub":"x"}""")]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("")]
    public void Of_WhatSaysNothing_IsNull(string payload) => Assert.Null(JwtExpiry.Of(Token(payload)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("opaque")]
    [InlineData("a.b")]
    [InlineData("a.!!.c")]
    [InlineData("..")]
    public void Of_WhatIsNoToken_IsNull(string? token) => Assert.Null(JwtExpiry.Of(token));

    private static string Token(string payload) => $"e30.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.c2ln";
}
