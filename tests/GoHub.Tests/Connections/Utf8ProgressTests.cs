using System.Text;
using System.Text.Unicode;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

public sealed class Utf8ProgressTests
{
    // Bytes that are near text: leads, continuations and what can never be.
    private static readonly Gen<byte[]> NearlyText = Gen.Frequency(
        (4, Gen.OneOf<byte[]>([0x61], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80])),
        (1, Gen.OneOf<byte[]>([0xC3], [0xE2, 0x82], [0xF0, 0x9F], [0xF0, 0x9F, 0x98], [0x80], [0xED, 0xA0], [0xC0], [0xF4, 0x90], [0xFF], [0xE0, 0x80]))).Array[0, 6]
        .Select(parts => parts.SelectMany(p => p).ToArray());

    [Fact]
    public void Validate_SaysNoExactlyWhenNothingCanMakeItText() =>
        NearlyText.Sample(bytes => Assert.Equal(CanBecomeText(bytes), Utf8Progress.Validate(bytes) >= 0), iter: 20_000);

    [Fact]
    public void Validate_CountsAllButACutOffCharacter() =>
        Gen.Select(Gen.String.Where(s => s.EnumerateRunes().All(r => r != Rune.ReplacementChar)), Gen.Int[0, 3]).Sample((text, cut) =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var part = bytes.AsSpan(0, Math.Max(0, bytes.Length - cut));
            var valid = Utf8Progress.Validate(part);

            Assert.InRange(part.Length - valid, 0, 3);
            Assert.True(Utf8.IsValid(part[..valid]));
            Assert.True(valid == part.Length || (part[valid] & 0xC0) == 0xC0);
        }, iter: 5000);

    [Theory]
    [InlineData("", 0)]
    [InlineData("C3", 0)]
    [InlineData("61E282", 1)]
    [InlineData("F09F98", 0)]
    [InlineData("F09F9880", 4)]
    [InlineData("C0", -1)]
    [InlineData("EDA0", -1)]
    [InlineData("F490", -1)]
    [InlineData("F5", -1)]
    [InlineData("6180", -1)]
    public void Validate_OfTheCornerCases(string hex, int expected) => Assert.Equal(expected, Utf8Progress.Validate(Convert.FromHexString(hex)));

    // Every character that begins as the end of the bytes does has one of these continuations.
    private static bool CanBecomeText(byte[] bytes)
    {
        byte[][] endings = [[], [0x80], [0xA0], [0x90], [0x80, 0x80], [0xA0, 0x80], [0x90, 0x80], [0x80, 0x80, 0x80], [0x90, 0x80, 0x80]];
        return endings.Any(ending => Utf8.IsValid([.. bytes, .. ending]));
    }
}
