using System.Text;
using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Seats;

/// <summary>Several nodes share rooms with a limit, and everything that can go wrong does.</summary>
public sealed class SeatSimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 2000;
    private const int FreshSeeds = 500;
    private const int SeedsToCatchMutants = 2000;

    public static TheoryData<string> Mutants => [.. SeatMutants.All.Keys];

    [Fact]
    public void SeatsNeverExceedTheLimit_WhateverIsLostDelayedOrRepeated()
    {
        var steps = 0L;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            steps += Run(seed);
        }
        output.WriteLine($"{Seeds} seeds, {steps} steps");
    }

    [Fact]
    public void SeatsNeverExceedTheLimit_WithSeedsNobodyHasTried()
    {
        var first = Random.Shared.Next(Seeds, int.MaxValue - FreshSeeds);
        output.WriteLine($"seeds from {first}");
        for (var seed = first; seed < first + FreshSeeds; seed++)
        {
            Run(seed);
        }
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void AKeeperThat_IsCaught(string mistake) => RequireCaught(seed => new Sim(seed, SeatMutants.All[mistake]));

    /// <summary>Why <see cref="GoHub.Bus.ISeatStore"/> must not let a request take effect after a later one.</summary>
    [Fact]
    public void AStoreThatLetsOldRequestsCount_IsCaught() => RequireCaught(seed => new Sim(seed, storeKeepsOrder: false));

    private static long Run(int seed)
    {
        try
        {
            var sim = new Sim(seed);
            sim.Run();
            return sim.Steps;
        }
        catch (Exception e)
        {
            throw new SimViolation($"{e.Message}\n{TraceOf(seed)}\n{e}");
        }
    }

    private static string TraceOf(int seed)
    {
        var trace = new StringBuilder();
        try
        {
            new Sim(seed, trace: trace).Run();
        }
        catch (SimViolation)
        {
            // The same as before; only the trace is of interest.
        }
        return trace.ToString();
    }

    private void RequireCaught(Func<int, Sim> make)
    {
        for (var seed = 1; seed <= SeedsToCatchMutants; seed++)
        {
            try
            {
                make(seed).Run();
            }
            catch (SimViolation e)
            {
                output.WriteLine(e.Message);
                return;
            }
        }
        Assert.Fail($"Not caught with {SeedsToCatchMutants} seeds.");
    }
}
