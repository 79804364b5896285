namespace GoHub.Cluster;

/// <summary>The times that follow from how long a store keeps a hold.</summary>
/// <param name="Usable">How long after a confirmed request was sent the node may act on it. 13 s of 15 s: the rest is for clocks that do not run alike and for what was decided just before.</param>
/// <param name="Renew">Latest renewal after the last request. 5 s of 15 s, so that two may be lost.</param>
internal sealed record SeatTerms(TimeSpan Usable, TimeSpan Renew)
{
    /// <summary>Pause after a first failure; doubled with each further one. Unit: time. Source: §1.7 of the cluster's design, with ticks of 500 ms in mind.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause while joins wait, whose deadline is 2 s.</summary>
    public static readonly TimeSpan RetryOfJoins = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause, well under what is left of a lease after a missed renewal.</summary>
    public static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(3);

    public static SeatTerms Of(TimeSpan lease) => new(lease * 13 / 15, lease / 3);
}
