using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Connections;

/// <summary>Runs bytes through a parser and keeps what comes out.</summary>
internal static class Parsing
{
    /// <param name="parser">Fresh or in the middle of something.</param>
    /// <param name="pieces">What each read brings.</param>
    /// <returns>One line for each message, and one for the violation that ended it, if any.</returns>
    public static List<string> Read(FrameParser parser, params IEnumerable<byte[]> pieces)
    {
        List<string> seen = [];
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece;
            FrameProgress progress;
            while ((progress = parser.Read(ref rest)) == FrameProgress.Message)
            {
                seen.Add(Line(parser.Opcode, parser.Payload.Span));
            }
            if (progress == FrameProgress.Violation)
            {
                seen.Add($"{(int)parser.Violation.Code} {parser.Violation.Reason}");
                return seen;
            }
            Assert.True(rest.IsEmpty, "More was asked for, and some was left.");
            parser.ReleaseIdleBuffers();
        }
        return seen;
    }

    public static List<string> Read(byte[] bytes, int maxMessageSize = 1 << 20) => Read(new FrameParser(maxMessageSize), [bytes]);

    /// <summary>The same bytes cut once, at <paramref name="at"/>.</summary>
    public static byte[][] Cut(byte[] bytes, int at) => [bytes[..at], bytes[at..]];

    public static string Line(FrameOpcode opcode, ReadOnlySpan<byte> payload) => $"{opcode} {Convert.ToHexString(payload)}";

    public static string Line(string text) => Line(FrameOpcode.Text, Encoding.UTF8.GetBytes(text));
}
