namespace GoHub.Testing.Tests;

public sealed class ClockTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Advanced_it_is_ahead_of_the_machine_by_that()
    {
        var clock = new GoHubTestClock();
        var (before, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());

        await clock.AdvanceAsync(TimeSpan.FromMinutes(1), Cancel);

        Assert.Equal(TimeSpan.FromMinutes(1), clock.Ahead);
        Assert.InRange(clock.GetUtcNow() - before, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        Assert.InRange(clock.GetElapsedTime(stamp), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Timers_come_when_it_gets_there()
    {
        var clock = new GoHubTestClock();
        var due = new List<int>();
        await using var late = clock.CreateTimer(_ => Add(3), null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
        await using var early = clock.CreateTimer(_ => Add(1), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        await using var middle = clock.CreateTimer(_ => Add(2), null, TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan);
        await using var never = clock.CreateTimer(_ => Add(4), null, TimeSpan.FromSeconds(50), Timeout.InfiniteTimeSpan);

        await clock.AdvanceAsync(TimeSpan.FromSeconds(40), Cancel);

        await Eventually.HoldsAsync("three are due", () => due.Count == 3);
        Assert.Equal([1, 2, 3], due);

        void Add(int which)
        {
            lock (due)
            {
                due.Add(which);
            }
        }
    }

    [Fact]
    public async Task A_delay_ends_with_the_clock_and_by_itself()
    {
        var clock = new GoHubTestClock();
        var long_ = Task.Delay(TimeSpan.FromMinutes(10), clock, Cancel);
        var short_ = Task.Delay(TimeSpan.FromMilliseconds(20), clock, Cancel);

        await short_;
        Assert.False(long_.IsCompleted);
        await clock.AdvanceAsync(TimeSpan.FromMinutes(10), Cancel);
        await long_.WaitAsync(Eventually.Soon, Cancel);
    }

    [Fact]
    public async Task A_periodic_timer_comes_once_a_period()
    {
        var clock = new GoHubTestClock();
        var count = 0;
        await using var timer = clock.CreateTimer(_ => Interlocked.Increment(ref count), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        await clock.AdvanceAsync(TimeSpan.FromSeconds(60), Cancel);

        await Eventually.HoldsAsync("about sixty", () => count is >= 45 and <= 61);
    }

    [Fact]
    public async Task It_does_not_go_back() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => new GoHubTestClock().AdvanceAsync(TimeSpan.Zero, Cancel));

    [Fact]
    public async Task A_token_expires_when_the_clock_says_so()
    {
        await using var cluster = await GoHubTestCluster.StartAsync(cancellationToken: Cancel);
        var token = cluster[0].CreateToken("alice", expiresIn: TimeSpan.FromMinutes(5));
        await using var client = await cluster[0].ConnectAsync(configure: o => o.Token = token, cancellationToken: Cancel);
        Assert.Equal("alice", client.UserId);

        await cluster.Clock.AdvanceAsync(TimeSpan.FromMinutes(6), Cancel);

        await Eventually.HoldsAsync("the server has closed it", () => client.State == GoHubClientState.Stopped);
    }

    [Fact]
    public async Task A_quiet_connection_lives_through_many_keep_alives()
    {
        await using var cluster = await GoHubTestCluster.StartAsync(map: hub => hub.MapMessage("echo", (JsonElement data) => data), cancellationToken: Cancel);
        await using var client = await cluster[0].ConnectAsync("alice", cancellationToken: Cancel);
        var id = client.ConnectionId;

        await cluster.Clock.AdvanceAsync(TimeSpan.FromMinutes(5), Cancel);

        Assert.Equal(1, await client.RequestAsync<int, int>("echo", 1, Cancel));
        Assert.Equal(id, client.ConnectionId);
    }
}
