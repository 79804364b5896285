using System.Diagnostics;
using System.Text;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>Many runs of a simulated cluster, each from a seed of its own. More of them: set GOHUB_SIMULATION_SEEDS.</summary>
public sealed class ClusterSimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 2000;
    private const int SeedsForMutants = 400;

    [Fact]
    public void Cluster_WhateverHappens_KeepsItsPromises()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("GOHUB_SIMULATION_SEEDS"), out var more) ? more : DefaultSeeds;
        var fresh = Random.Shared.Next();
        output.WriteLine($"seeds 1 to {seeds - 1}, and {fresh}");
        var watch = Stopwatch.StartNew();
        long steps = 0;
        foreach (var seed in Enumerable.Range(1, seeds - 1).Append(fresh))
        {
            if (Run(seed, Mutant.None, ref steps) is { } violation)
            {
                Assert.Fail($"seed {seed}: {violation}\n{Trace(seed)}");
            }
        }
        output.WriteLine($"{steps} steps in {watch.Elapsed.TotalSeconds:f1} s");
    }

    [Theory]
    [InlineData(Mutant.DigestsAreNotCompared)]
    [InlineData(Mutant.DeletionsAreNotPulled)]
    [InlineData(Mutant.KicksAreToldOnce)]
    [InlineData(Mutant.TheGoneAreWaitedFor)]
    [InlineData(Mutant.GoodbyeIsNotHeard)]
    [InlineData(Mutant.RefusalsAreIgnored)]
    [InlineData(Mutant.PartsOfAnswersAreNotCounted)]
    public void Cluster_WithAFaultPutIn_IsFoundOut(Mutant mutant)
    {
        long steps = 0;
        for (var seed = 1; seed <= SeedsForMutants; seed++)
        {
            if (Run(seed, mutant, ref steps) is { } violation)
            {
                output.WriteLine($"seed {seed}: {violation}");
                return;
            }
        }
        Assert.Fail($"{mutant} was not noticed in {SeedsForMutants} runs.");
    }

    private static string? Run(int seed, Mutant mutant, ref long steps)
    {
        var simulation = new ClusterSimulation(seed, mutant);
        try
        {
            simulation.Run();
            return null;
        }
        catch (Exception e)
        {
            return e is Violation ? e.Message : e.ToString();
        }
        finally
        {
            steps += simulation.Timeline.Steps;
        }
    }

    // The same seed again, written down this time.
    private static string Trace(int seed)
    {
        var simulation = new ClusterSimulation(seed, isTraced: true);
        try
        {
            simulation.Run();
        }
        catch (Exception e)
        {
            return simulation.Timeline.Trace.Aggregate(new StringBuilder(), (text, line) => text.AppendLine(line)).AppendLine(e.Message).ToString();
        }
        return "Did not happen again: something is not simulated.";
    }
}
