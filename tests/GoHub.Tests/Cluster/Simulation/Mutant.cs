namespace GoHub.Tests.Cluster.Simulation;

/// <summary>A fault put in on purpose, to see that the simulation finds it.</summary>
public enum Mutant
{
    None,
    DigestsAreNotCompared,
    DeletionsAreNotPulled,
    KicksAreToldOnce,
    TheGoneAreWaitedFor,
    GoodbyeIsNotHeard,
    RefusalsAreIgnored,
    PartsOfAnswersAreNotCounted,
}
