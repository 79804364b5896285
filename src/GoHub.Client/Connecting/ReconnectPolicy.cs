namespace GoHub.Client.Connecting;

/// <summary>What follows the end of a connection.</summary>
/// <param name="Delay">Until the next attempt; null if there is none.</param>
/// <param name="Why">If there is none: why, as a sentence.</param>
internal readonly record struct NextStep(TimeSpan? Delay, string Why = "");

/// <summary>Decides when to connect again, and when never. A pure machine: it has no clock, and waits for nothing.</summary>
/// <remarks>Owner: <see cref="ConnectLoop"/>. Threads: one. What it remembers is a few numbers, however long it runs.</remarks>
internal sealed class ReconnectPolicy(GoHubClientOptions options, bool wasEverConnected)
{
    // A token that lives shorter is not accepted for some lasting reason.
    private static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(5);

    // A server's word for "later" holds, but not for ever.
    private static readonly TimeSpan LongestHint = TimeSpan.FromDays(1);

    private readonly RetryDelay _delays = new(options);
    private int _unauthorized;

    /// <summary>Attempts that have failed since a server last said something.</summary>
    public int Attempt { get; private set; }

    /// <summary>Whether the address was right once.</summary>
    public bool WasEverConnected { get; set; } = wasEverConnected;

    public NextStep Decide(ConnectionEnd end)
    {
        WasEverConnected |= end.WasOpen;
        if (end.Life is { } life)
        {
            Attempt = 0;
            _unauthorized = life >= GoodLife ? 0 : _unauthorized;
        }
        if (end.IsForNewUser)
        {
            return WithNewToken();
        }
        if (end.Error is GoHubUpgradeRefusedException refusal)
        {
            return AfterRefusal(refusal);
        }
        return CloseCodes.Judge(end.CloseCode) switch
        {
            CloseVerdict.Stop => new NextStep(null, $"The server closed the connection with {end.CloseCode}{Said(end.Reason)}: connecting again would end the same way."),
            CloseVerdict.Unauthorized when options.TokenProvider is null => new NextStep(null, $"The server closed the connection with {end.CloseCode}{Said(end.Reason)}, and there is no TokenProvider to give another token."),
            CloseVerdict.Unauthorized => WithNewToken(),
            _ => end.Hint is { } hint ? new NextStep(Shorter(hint, LongestHint)) : Later(),
        };
    }

    private NextStep AfterRefusal(GoHubUpgradeRefusedException refusal)
    {
        switch (refusal.StatusCode)
        {
            case 401 when options.TokenProvider is null:
                return new NextStep(null, $"{refusal.Message} There is no TokenProvider to give another token.");
            case 401:
                return WithNewToken();
            case 429 or 503 when refusal.RetryAfter is { } after:
                // Not before that, and not all at the same moment.
                Attempt++;
                return new NextStep(Shorter(after, LongestHint) + _delays.Next(0));
            case >= 400 and < 500 and not (408 or 425 or 429) when !WasEverConnected:
                return new NextStep(null, $"{refusal.Message} Check the address and the server's settings; a client that was connected once would try again.");
            default:
                return Later();
        }
    }

    // The first time at once; when the new one is no better, with the usual pauses.
    private NextStep WithNewToken()
    {
        var failed = _unauthorized++;
        return failed == 0 ? new NextStep(TimeSpan.Zero) : new NextStep(_delays.Next(Math.Max(Attempt++, failed - 1)));
    }

    private NextStep Later() => new(_delays.Next(Attempt++));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string Said(string? reason) => string.IsNullOrEmpty(reason) ? "" : $" ({reason})";
}
