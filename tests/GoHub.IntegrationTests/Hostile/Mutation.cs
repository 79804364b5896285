namespace GoHub.IntegrationTests.Hostile;

/// <summary>Damages bytes the way fuzzers do: flips, insertions, deletions, repeats, splices of other inputs.</summary>
internal static class Mutation
{
    private static readonly byte[] Telling = [0x00, 0x01, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A, 0xC0, 0xED, 0xF0, 0xFE, 0xFF];

    public static byte[] Mutate(byte[] input, IReadOnlyList<byte[]> corpus, Random random)
    {
        var bytes = new List<byte>(input);
        for (var times = random.Next(1, 8); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = Telling[random.Next(Telling.Length)];
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 300)));
                    break;
                case 5:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, corpus[random.Next(corpus.Count)]);
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Damages text so that it stays valid UTF-8.</summary>
    public static string Mutate(string input, IReadOnlyList<string> corpus, Random random)
    {
        string[] pieces = ["{", "}", "[", "]", "\"", "\\", ":", ",", "null", "1e999", "-0", "\\u0000", "\\ud800", "\"data\":", "\"message_id\":", " ", "\t", "9999999999999999999999", "😀", "\u2028"];
        var text = new StringBuilder(input);
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(4))
            {
                case 0:
                    text.Insert(at, pieces[random.Next(pieces.Length)]);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                    break;
                case 2:
                    text.Insert(at, corpus[random.Next(corpus.Count)]);
                    break;
                default:
                    text.Length = at;
                    break;
            }
        }
        // What was cut in the middle of a pair is no text any more.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
