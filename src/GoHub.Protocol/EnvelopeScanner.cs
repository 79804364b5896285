using System.Buffers;
using System.Text.Json;

namespace GoHub.Protocol;

/// <summary>Reads envelopes as clients usually write them: the three known fields, plain strings, a plain number as id.</summary>
/// <remarks>
/// Accepts only what <see cref="EnvelopeReader"/> accepts, with the same result, and leaves everything else to it: every error, escape, unknown field.
/// A test holds the two against each other. Saves about half of the time of the general pass. Threads: static, any.
/// </remarks>
internal static class EnvelopeScanner
{
    // One level is the envelope's own.
    private static readonly JsonReaderOptions DataOptions = new() { MaxDepth = EnvelopeReader.MaxDepth - 1 };

    // RFC 8259 §7: these end a plain string or must not stand in one.
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <returns>False if the general pass has to look at it.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, out Envelope envelope)
    {
        var (type, id, data) = (default(Range), default(Range), default(Range));
        var text = utf8.Span;
        var at = 0;
        envelope = default;
        if (!Take(text, ref at, (byte)'{'))
        {
            return false;
        }
        do
        {
            if (!TryReadField(text, ref at, ref type, ref id, ref data))
            {
                return false;
            }
        }
        while (Take(text, ref at, (byte)','));
        if (!Take(text, ref at, (byte)'}') || at != text.Length || type.Equals(default))
        {
            return false;
        }
        envelope = new Envelope(utf8[type], utf8[id], utf8[data]);
        return true;
    }

    private static bool TryReadField(ReadOnlySpan<byte> text, ref int at, ref Range type, ref Range id, ref Range data)
    {
        var name = at;
        if (!TrySkipString(text, ref at))
        {
            return false;
        }
        var field = text[name..at];
        if (!Take(text, ref at, (byte)':'))
        {
            return false;
        }
        var value = at;
        if (field.SequenceEqual("\"message_type\""u8))
        {
            // An empty type is an error, which the general pass words.
            if (!TrySkipString(text, ref at) || at == value + 2)
            {
                return false;
            }
            type = (value + 1)..(at - 1);
            return true;
        }
        if (field.SequenceEqual("\"message_id\""u8))
        {
            return TrySkipId(text, ref at) && Set(ref id, value..at);
        }
        return field.SequenceEqual("\"data\""u8) && TrySkipValue(text, ref at) && Set(ref data, value..at);
    }

    private static bool Set(ref Range field, Range value)
    {
        field = value;
        return true;
    }

    /// <summary>A whole number without a sign, or a string; 0 and "" mean something of their own.</summary>
    private static bool TrySkipId(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        if (at < text.Length && text[at] is >= (byte)'1' and <= (byte)'9')
        {
            while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
            {
                at++;
            }
            return at < text.Length && text[at] is (byte)',' or (byte)'}' && at - start <= EnvelopeReader.MaxMessageIdBytes;
        }
        return TrySkipString(text, ref at) && at - start is > 2 and <= EnvelopeReader.MaxMessageIdBytes;
    }

    private static bool TrySkipValue(ReadOnlySpan<byte> text, ref int at)
    {
        if (at >= text.Length)
        {
            return false;
        }
        if (text[at] == (byte)'"')
        {
            return TrySkipString(text, ref at);
        }
        if (text[at] is not ((byte)'{' or (byte)'['))
        {
            return false;
        }
        var reader = new Utf8JsonReader(text[at..], DataOptions);
        try
        {
            reader.Read();
            reader.Skip();
        }
        catch (JsonException)
        {
            return false;
        }
        at += (int)reader.BytesConsumed;
        return true;
    }

    /// <summary>Moves past a string without escapes. Its bytes were checked to be UTF-8 when they came.</summary>
    private static bool TrySkipString(ReadOnlySpan<byte> text, ref int at)
    {
        if (at >= text.Length || text[at] != (byte)'"')
        {
            return false;
        }
        var length = text[(at + 1)..].IndexOfAny(NotPlain);
        if (length < 0 || text[at + 1 + length] != (byte)'"')
        {
            return false;
        }
        at += length + 2;
        return true;
    }

    // Compact JSON, as JSON.stringify and every encoder write it; a space between two tokens is the general pass's.
    private static bool Take(ReadOnlySpan<byte> text, ref int at, byte token)
    {
        if (at < text.Length && text[at] == token)
        {
            at++;
            return true;
        }
        return false;
    }
}
