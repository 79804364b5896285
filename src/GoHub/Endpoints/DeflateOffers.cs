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

    // The only window that the compressor has.
    private const int WindowBits = 15;
    private const int LeastWindowBits = 8;

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
                if (!TryReadOffer(ref tokens, out var isDeflate, out var seen, out var clientWindow))
                {
                    // Where the grammar is broken nobody can say what was offered.
                    return null;
                }
                if (isDeflate && (seen & Seen.Bad) == 0)
                {
                    return AnswerTo(seen, clientWindow);
                }
            }
            while (tokens.TryTake(','));
        }
        return null;
    }

    private static string AnswerTo(Seen seen, int clientWindow)
    {
        // To ask for a window is to want it answered (§7.1.2.1).
        var answer = (seen & Seen.ServerWindow) == 0 ? Answer : $"{Answer}; server_max_window_bits={WindowBits}";
        // The inflater takes any window. A client that names one need not be answered (§7.1.2.2), but .NET's fails if it is not.
        return clientWindow == 0 ? answer : $"{answer}; client_max_window_bits={clientWindow}";
    }

    /// <param name="tokens">At the offer's name; moved past the offer.</param>
    /// <param name="isDeflate">Whether it is of this extension.</param>
    /// <param name="seen">What is said in it.</param>
    /// <param name="clientWindow">The largest window of the client's that it names; 0 if it names none.</param>
    /// <returns>False if it breaks the grammar (RFC 6455 §9.1).</returns>
    private static bool TryReadOffer(ref HeaderTokens tokens, out bool isDeflate, out Seen seen, out int clientWindow)
    {
        seen = Seen.None;
        clientWindow = 0;
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
            clientWindow = one == Seen.ClientWindow ? WindowOf(value) : clientWindow;
        }
        return tokens.IsEmpty || tokens.IsAt(',');
    }

    private static Seen Judge(ReadOnlySpan<char> parameter, ReadOnlySpan<char> value) => parameter switch
    {
        "server_no_context_takeover" when value.IsEmpty => Seen.ServerNoContext,
        "client_no_context_takeover" when value.IsEmpty => Seen.ClientNoContext,
        "server_max_window_bits" when WindowOf(value) == WindowBits => Seen.ServerWindow,
        "client_max_window_bits" when value.IsEmpty || WindowOf(value) >= LeastWindowBits => Seen.ClientWindow,
        _ => Seen.Bad,
    };

    /// <returns>0 for what is no window: digits from 8 to 15 without a zero before them (§7.1.2).</returns>
    private static int WindowOf(ReadOnlySpan<char> value) =>
        !value.StartsWith('0') && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits is >= LeastWindowBits and <= WindowBits ? bits : 0;
}
