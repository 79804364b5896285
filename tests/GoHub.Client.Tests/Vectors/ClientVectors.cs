using GoHub.IntegrationTests.Vectors;

namespace GoHub.Client.Tests.Vectors;

/// <summary>The dialogues of tests/vectors, with this client for each of their connections.</summary>
public sealed class ClientVectors
{
    public static TheoryData<string, string> All => Vector.All();

    [Theory, MemberData(nameof(All))]
    public async Task TheClient_HoldsTheDialogue(string file, string name)
    {
        await using var run = new ClientVectorRun();
        await run.PlayAsync(Vector.Load(file, name));
    }

    [Fact]
    public async Task MostSteps_AreReallyPlayed()
    {
        var (sent, expected) = (0, 0);
        foreach (var row in Vector.All())
        {
            await using var run = new ClientVectorRun();
            await run.PlayAsync(Vector.Load(row.Data.Item1, row.Data.Item2));
            (sent, expected) = (sent + run.Sent, expected + run.Expected);
        }

        Assert.InRange(sent, 200, int.MaxValue);
        Assert.InRange(expected, 200, int.MaxValue);
    }
}
