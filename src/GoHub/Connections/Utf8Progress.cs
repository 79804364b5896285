using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace GoHub.Connections;

/// <summary>Checks a text message as it arrives in pieces, so that a bad byte is answered before the message is whole.</summary>
internal static class Utf8Progress
{
    /// <summary>Checks <paramref name="bytes"/> but for a character cut off at its end.</summary>
    /// <returns>How many bytes were found valid, or -1 if some byte can belong to no valid text.</returns>
    public static int Validate(ReadOnlySpan<byte> bytes)
    {
        // The last character starts at most three bytes before the end.
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var lead = bytes[^back];
            if ((lead & 0xC0) == 0x80)
            {
                continue;
            }
            if (lead >= 0xC0 && Rune.DecodeFromUtf8(bytes[^back..], out _, out _) == OperationStatus.NeedMoreData)
            {
                bytes = bytes[..^back];
            }
            break;
        }
        return Utf8.IsValid(bytes) ? bytes.Length : -1;
    }
}
