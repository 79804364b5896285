using GoHub.Diagnostics;

namespace GoHub.Tests.Diagnostics;

public sealed class LogTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("plain é 😀", "plain é 😀")]
    [InlineData("a\r\nb\tc\0d\u001be\u007f\u0085", "a??b?c?d?e??")]
    [InlineData("a\u2028b\u2029c", "a?b?c")]
    public void Safe_LeavesNoControlCharacter(string? text, string safe) => Assert.Equal(safe, Log.Safe(text));

    [Fact]
    public void Safe_CutsAt128() => Assert.Equal(new string('x', 128) + "…", Log.Safe(new string('x', 5000)));

    [Fact]
    public void Safe_DoesNotCutACharacterInHalf() =>
        Assert.DoesNotContain(Log.Safe(new string('x', 127) + "😀y"), char.IsSurrogate);
}
