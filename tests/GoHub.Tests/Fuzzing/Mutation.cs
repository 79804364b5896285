namespace GoHub.Tests.Fuzzing;

/// <summary>Damages an input the way fuzzers do.</summary>
internal static class Mutation
{
    private static readonly byte[] Interesting = [0, 1, 0x7E, 0x7F, 0x80, 0x81, 0x88, 0x89, 0xC0, 0xED, 0xF4, 0xFE, 0xFF, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'['];

    public static byte[] Of(List<byte[]> corpus, Random random)
    {
        List<byte> bytes = [.. corpus[random.Next(corpus.Count)]];
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            MutateOnce(bytes, corpus, random);
        }
        return [.. bytes];
    }

    private static void MutateOnce(List<byte> bytes, List<byte[]> corpus, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2:
                bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                break;
            case 3:
                bytes.RemoveRange(at, random.Next(Math.Min(8, bytes.Count - at) + 1));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.InsertRange(at, corpus[random.Next(corpus.Count)]);
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(16, bytes.Count - at) + 1)));
                break;
        }
    }
}
