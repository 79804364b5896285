namespace NATS.NKeys;

/// <summary>RFC 4648 §6, upper case, without padding.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Bits = 5;

    public static string Encode(ReadOnlySpan<byte> data)
    {
        var text = new char[((data.Length * 8) + Bits - 1) / Bits];
        var held = 0;
        var bits = 0;
        var next = 0;
        foreach (var b in data)
        {
            held = (held << 8) | b;
            bits += 8;
            while (bits >= Bits)
            {
                bits -= Bits;
                text[next++] = Alphabet[(held >> bits) & 31];
            }
            held &= (1 << bits) - 1;
        }
        if (bits > 0)
        {
            text[next] = Alphabet[(held << (Bits - bits)) & 31];
        }
        return new string(text);
    }

    /// <returns>False for a character that is none of the alphabet, or bits left over that are not 0.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] data)
    {
        data = new byte[text.Length * Bits / 8];
        var held = 0;
        var bits = 0;
        var next = 0;
        foreach (var c in text)
        {
            var value = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }
            held = (held << Bits) | value;
            bits += Bits;
            if (bits >= 8)
            {
                bits -= 8;
                data[next++] = (byte)(held >> bits);
                held &= (1 << bits) - 1;
            }
        }
        return bits < Bits && held == 0;
    }
}
