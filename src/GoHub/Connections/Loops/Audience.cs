namespace GoHub.Connections.Loops;

/// <summary>Many connections as a broadcast reaches them: one list for each loop, one for those that have none.</summary>
/// <remarks>Never changed; made anew after a change. Threads: any.</remarks>
internal sealed class Audience
{
    private readonly Recipients[] _loops;
    private readonly GoHubConnection[] _others;

    /// <param name="connections">Who it is.</param>
    /// <param name="departures">Tells when some of them have left: what is on its way to loops is then delivered only to who is still meant.</param>
    /// <param name="stillMeant">Whether one is.</param>
    public Audience(GoHubConnection[] connections, Departures departures, Predicate<GoHubConnection> stillMeant)
    {
        All = connections;
        _others = Array.FindAll(connections, static c => c.Channel.Lane is null);
        _loops = _others.Length == connections.Length ? [] : [.. connections
            .Where(static c => c.Channel is LoopChannel)
            .GroupBy(static c => c.Channel.Lane!, static c => (LoopChannel)c.Channel)
            .Select(lane => new Recipients(lane.Key, [.. lane], departures, channel => channel.Connection is { } connection && stillMeant(connection)))];
    }

    public static Audience Empty { get; } = new([], new Departures(), static _ => false);

    public GoHubConnection[] All { get; }

    /// <summary>Hands one frame to all but one; waits for none.</summary>
    /// <returns>How many it was handed to.</returns>
    public int Deliver(OutboundFrame frame, GoHubConnection? except)
    {
        var taken = 0;
        var exceptHere = except?.Channel as LoopChannel;
        foreach (var loop in _loops)
        {
            taken += loop.Count;
            loop.Deliver(frame, exceptHere);
        }
        foreach (var other in _others)
        {
            if (!ReferenceEquals(other, except) && other.Enqueue(frame) == EnqueueResult.Accepted)
            {
                taken++;
            }
        }
        return taken;
    }
}

/// <summary>Whether somebody has left since an audience was made; one for all audiences between two departures.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class Departures
{
    private volatile bool _some;

    public bool Some => _some;

    public void Happened() => _some = true;
}
