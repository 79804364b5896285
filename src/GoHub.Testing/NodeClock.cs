namespace GoHub.Testing;

/// <summary>The cluster's clock as one node sees it: while the node is paused time goes on, but none of its timers comes.</summary>
internal sealed class NodeClock(GoHubTestClock clock, Gate gate) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period, gate);
}
