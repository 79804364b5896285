namespace GoHub.Connections.Loops;

/// <summary>Many connections as a broadcast reaches them: one list for each loop, one for those that have none.</summary>
/// <remarks>Never changed but for <see cref="Left"/>; made anew after a change. Threads: any.</remarks>
internal sealed class Audience
{
    private readonly Recipients[] _loops;
    private readonly GoHubConnection[] _others;

    public Audience(GoHubConnection[] connections, Predicate<GoHubConnection> stillMeant)
    {
        All = connections;
        _others = Array.FindAll(connections, static c => c.Channel.Lane is null);
        _loops = _others.Length == connections.Length ? [] : [.. connections
            .Where(static c => c.Channel is LoopChannel)
            .GroupBy(static c => c.Channel.Lane!, static c => (LoopChannel)c.Channel)
            .Select(lane => new Recipients(lane.Key, [.. lane], channel => channel.Connection is { } connection && stillMeant(connection)))];
    }

    public static Audience Empty { get; } = new([], static _ => false);

    public GoHubConnection[] All { get; }

    /// <summary>Somebody has left: what is on its way to loops is delivered only to who is still meant.</summary>
    public void Left() => Array.ForEach(_loops, static loop => loop.Left());

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
