namespace GoHub.Tests.Cluster.Seats;

/// <summary>Which faults one run has: some, not all, since one fault may hide another.</summary>
internal sealed class SimFaults(Random random)
{
    public double LostRequests { get; private set; } = Sometimes(random, 0.3);

    public double LostAnswers { get; private set; } = Sometimes(random, 0.3);

    public double Repeated { get; private set; } = Sometimes(random, 0.4);

    /// <summary>Share of the messages that take up to some seconds: longer than a call may.</summary>
    public double Slow { get; private set; } = Sometimes(random, 0.3);

    public double Outages { get; private set; } = Sometimes(random, 1);

    public double DataLoss { get; private set; } = Sometimes(random, 1);

    public double Pauses { get; private set; } = Sometimes(random, 1);

    public double Crashes { get; private set; } = Sometimes(random, 1);

    public double Deletions { get; private set; } = Sometimes(random, 1);

    public double Resizes { get; private set; } = Sometimes(random, 0.5);

    public bool Drift { get; } = random.Next(2) == 0;

    public bool LateEvictions { get; private set; } = random.Next(2) == 0;

    public void Stop()
    {
        LostRequests = LostAnswers = Repeated = Slow = Outages = DataLoss = Pauses = Crashes = Deletions = Resizes = 0;
        LateEvictions = false;
    }

    private static double Sometimes(Random random, double most) => random.Next(2) == 0 ? 0 : random.NextDouble() * most;
}
