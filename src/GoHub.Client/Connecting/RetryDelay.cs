namespace GoHub.Client.Connecting;

/// <summary>Full jitter: a random part of a limit that doubles with each attempt.</summary>
/// <remarks>Threads: any.</remarks>
internal readonly struct RetryDelay(GoHubClientOptions options)
{
    // 2^30 times the base is above any limit; more would be no number.
    private const int MostDoublings = 30;

    /// <param name="attempt">How many have failed before this one.</param>
    public TimeSpan Next(int attempt)
    {
        var limit = Math.Min(options.ReconnectMaxDelay.TotalMilliseconds, options.ReconnectBaseDelay.TotalMilliseconds * (1L << Math.Min(attempt, MostDoublings)));
        return TimeSpan.FromMilliseconds(limit * options.Jitter());
    }
}
