namespace GoHub.Tests.Cluster.Simulation;

/// <summary>What a bus loses of a room's messages is noticed in time and counted rightly, over many seeds.</summary>
public sealed class StreamSimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 1000;
    private const int SeedsForMutants = 300;

    [Fact]
    public void Loss_WhateverTheBusDoes_IsNoticedInTimeAndCountedRightly()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("GOHUB_SIMULATION_SEEDS"), out var more) ? more : DefaultSeeds;
        var fresh = Random.Shared.Next();
        output.WriteLine($"seeds 1 to {seeds - 1}, and {fresh}");
        foreach (var seed in Enumerable.Range(1, seeds - 1).Append(fresh))
        {
            if (Run(seed, StreamMutant.None) is { } violation)
            {
                Assert.Fail($"seed {seed}: {violation}");
            }
        }
    }

    [Theory]
    [InlineData(StreamMutant.NoBeacon)]
    [InlineData(StreamMutant.GapsAreNotTold)]
    [InlineData(StreamMutant.DuplicatesAreDelivered)]
    [InlineData(StreamMutant.StreamsEndAtOnce)]
    public void Loss_WithAFaultPutIn_IsFoundOut(StreamMutant mutant)
    {
        for (var seed = 1; seed <= SeedsForMutants; seed++)
        {
            if (Run(seed, mutant) is { } violation)
            {
                output.WriteLine($"seed {seed}: {violation}");
                return;
            }
        }
        Assert.Fail($"{mutant} was not noticed in {SeedsForMutants} runs.");
    }

    private static string? Run(int seed, StreamMutant mutant)
    {
        try
        {
            new StreamSimulation(seed, mutant).Run();
            return null;
        }
        catch (Exception e)
        {
            return e is Violation ? e.Message : e.ToString();
        }
    }
}
