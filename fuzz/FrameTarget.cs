using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using GoHub.Connections;

namespace GoHub.Fuzz;

/// <summary>Any bytes as a client's frames, with and without compression: no exception, bounded memory, and the same outcome however they are cut.</summary>
public static class FrameTarget
{
    private const int MaxMessageSize = 2048;

    // What one parse may allocate: the buffers of the largest message while they grow, the small objects of an inflater for each compressed message,
    // and the payloads kept here for comparison.
    private const long FreeBytes = 64 * 1024;
    private const int BytesPerInputByte = 64;
    private const int BytesPerPayloadByte = 16;

    public static void Run(byte[] input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Run(input, deflate: false);
        Run(input, deflate: true);
    }

    private static void Run(byte[] input, bool deflate)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var whole = Parse(input, deflate, _ => input.Length);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // Two characters a byte.
        var allowed = FreeBytes + ((long)BytesPerInputByte * input.Length) + (BytesPerPayloadByte * whole.Length / 2);
        Invariant.Holds(allocated <= allowed, $"{input.Length} bytes made the parser allocate {allocated}.");

        Same(whole, Parse(input, deflate, _ => 1), "byte by byte");
        // The cuts follow from the input, so that a finding can be run again.
        var cuts = SHA256.HashData(input);
        Same(whole, Parse(input, deflate, at => 1 + (cuts[at % cuts.Length] % 37)), "in odd pieces");
    }

    private static void Same(string whole, string cut, string how) =>
        Invariant.Holds(whole == cut, $"Parsed at once:\n{whole}\nParsed {how}:\n{cut}");

    private static string Parse(byte[] input, bool deflate, Func<int, int> next)
    {
        var outcome = new StringBuilder();
        var parser = new FrameParser(MaxMessageSize, deflate);
        for (var at = 0; at < input.Length;)
        {
            var count = Math.Min(next(at), input.Length - at);
            ReadOnlySpan<byte> piece = input.AsSpan(at, count);
            at += count;
            FrameProgress progress;
            while ((progress = parser.Read(ref piece)) == FrameProgress.Message)
            {
                Check(parser);
                outcome.Append(parser.Opcode).Append(' ').AppendLine(Convert.ToHexString(parser.Payload.Span));
            }
            if (progress == FrameProgress.Violation)
            {
                return outcome.Append(parser.Violation).ToString();
            }
            Invariant.Holds(piece.IsEmpty, "More was asked for, and some was left.");
            parser.ReleaseIdleBuffers();
        }
        return outcome.ToString();
    }

    private static void Check(FrameParser parser)
    {
        var control = parser.Opcode is FrameOpcode.Close or FrameOpcode.Ping or FrameOpcode.Pong;
        Invariant.Holds(control || parser.Opcode is FrameOpcode.Text or FrameOpcode.Binary, "No such message: " + parser.Opcode);
        Invariant.Holds(parser.Payload.Length <= (control ? 125 : MaxMessageSize), "A message above its limit.");
        Invariant.Holds(parser.Opcode != FrameOpcode.Text || Utf8.IsValid(parser.Payload.Span), "A text that is not UTF-8.");
        if (parser.Opcode == FrameOpcode.Close)
        {
            ClosePayload.TryRead(parser.Payload.Span, out _, out _, out _);
        }
    }
}
