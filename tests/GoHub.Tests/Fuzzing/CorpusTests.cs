using GoHub.Fuzz;

namespace GoHub.Tests.Fuzzing;

/// <summary>The kept corpus, and fixed-seed mutations of it, through both parsers: every invariant of the fuzz targets holds.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    private const int Mutations = 4000;

    [Theory]
    [InlineData("frames")]
    [InlineData("envelopes")]
    public void KeptInputs_BreakNothing(string target)
    {
        foreach (var (name, input) in Corpus(target))
        {
            RunTarget(target, input, name);
        }
    }

    [Theory]
    [InlineData("frames", 1)]
    [InlineData("frames", 2)]
    [InlineData("frames", null)]
    [InlineData("envelopes", 1)]
    [InlineData("envelopes", 2)]
    [InlineData("envelopes", null)]
    public void MutatedInputs_BreakNothing(string target, int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var corpus = Corpus(target).Select(c => c.Input).ToList();
        for (var i = 0; i < Mutations; i++)
        {
            RunTarget(target, Mutation.Of(corpus, random), $"mutation {i} of seed {seed}");
        }
    }

    private static void RunTarget(string target, byte[] input, string name)
    {
        try
        {
            (target == "frames" ? (Action<byte[]>)FrameTarget.Run : EnvelopeTarget.Run)(input);
        }
        catch (Exception e)
        {
            Assert.Fail($"{name}: {Convert.ToHexString(input)}\n{e}");
        }
    }

    // Sorted: the same seed must mean the same inputs on every machine.
    private static List<(string Name, byte[] Input)> Corpus(string target) =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus", target)).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))),
    ];
}
