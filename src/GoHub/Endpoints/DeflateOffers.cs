using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace GoHub.Endpoints;

/// <summary>Answers a client's offers of permessage-deflate (RFC 7692 §5 and §7.1).</summary>
/// <remarks>Threads: any. An offer that cannot be taken is passed over; the connection is never refused, since it works uncompressed.</remarks>
internal static class DeflateOffers
{
    private const string Name = "permessage-deflate";

    // Neither side keeps anything from message to message, so that a connection owns no compressor; a client may be told so unasked (§7.1.1.2).
    private const string Answer = Name + "; server_no_context_takeover; client_no_context_takeover";

    // The only window that the compressor has. A client that asks for it is answered with it (§7.1.2.1).
    private const int WindowBits = 15;
    private const string AnswerWithWindow = Answer + "; server_max_window_bits=15";

    [Flags]
    private enum Seen
    {
        None = 0,
        ServerNoContext = 1,
        ClientNoContext = 2,
        ServerWindow = 4,
        ClientWindow = 8,
        Bad = 16,
    }

    /// <param name="header">All of <c>Sec-WebSocket-Extensions</c>; the client's first choice comes first.</param>
    /// <returns>What to answer in the same header; null if there is no offer that can be taken.</returns>
    public static string? Accept(StringValues header)
    {
        foreach (var line in header)
        {
            var tokens = new HeaderTokens(line);
            do
            {
                // An element may be empty (RFC 9110 §5.6.1).
                if (tokens.IsEmpty || tokens.IsAt(','))
                {
                    continue;
                }
                if (!TryReadOffer(ref tokens, out var isDeflate, out var seen))
                {
                    // Where the grammar is broken nobody can say what was offered.
                    return null;
                }
                if (isDeflate && (seen & Seen.Bad) == 0)
                {
                    return (seen & Seen.ServerWindow) == 0 ? Answer : AnswerWithWindow;
                }
            }
            while (tokens.TryTake(','));
        }
        return null;
    }

    /// <returns>False if it breaks the grammar (RFC 6455 §9.1).</returns>
    private static bool TryReadOffer(ref HeaderTokens tokens, out bool isDeflate, out Seen seen)
    {
        seen = Seen.None;
        isDeflate = false;
        if (!tokens.TryReadToken(out var name))
        {
            return false;
        }
        isDeflate = name.SequenceEqual(Name);
        while (tokens.TryTake(';'))
        {
            ReadOnlySpan<char> value = [];
            if (!tokens.TryReadToken(out var parameter) || (tokens.TryTake('=') && !tokens.TryReadValue(out value)))
            {
                return false;
            }
            var one = Judge(parameter, value);
            seen |= (seen & one) == 0 ? one : Seen.Bad;
        }
        return tokens.IsEmpty || tokens.IsAt(',');
    }

    private static Seen Judge(ReadOnlySpan<char> parameter, ReadOnlySpan<char> value) => parameter switch
    {
        "server_no_context_takeover" when value.IsEmpty => Seen.ServerNoContext,
        "client_no_context_takeover" when value.IsEmpty => Seen.ClientNoContext,
        "server_max_window_bits" when IsWindow(value, WindowBits) => Seen.ServerWindow,
        // The inflater takes any window, so whatever the client is ready to limit itself to.
        "client_max_window_bits" when value.IsEmpty || IsWindow(value, 8) => Seen.ClientWindow,
        _ => Seen.Bad,
    };

    // Digits without a zero before them (§7.1.2).
    private static bool IsWindow(ReadOnlySpan<char> value, int least) =>
        !value.StartsWith('0') && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits >= least && bits <= WindowBits;
}
