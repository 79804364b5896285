using GoHub.Client.Connecting;

namespace GoHub.Client.Tests.Connecting;

public sealed class RetryDelayTests
{
    [Theory]
    [InlineData(0, 500)]
    [InlineData(1, 1000)]
    [InlineData(2, 2000)]
    [InlineData(5, 16_000)]
    [InlineData(6, 30_000)]
    [InlineData(63, 30_000)]
    [InlineData(int.MaxValue, 30_000)]
    public void Next_IsAnyPartOfALimitThatDoubles(int attempt, double limit)
    {
        Assert.Equal(0, Draw(attempt, 0).TotalMilliseconds);
        Assert.Equal(limit / 2, Draw(attempt, 0.5).TotalMilliseconds);
        Assert.Equal(limit, Draw(attempt, 1).TotalMilliseconds);
    }

    [Fact]
    public void Next_ByChance_FillsTheWholeRange()
    {
        var delays = new RetryDelay(new GoHubClientOptions());
        var drawn = Enumerable.Range(0, 10_000).Select(_ => delays.Next(1).TotalMilliseconds).ToArray();

        Assert.All(drawn, d => Assert.InRange(d, 0, 1000));
        Assert.InRange(drawn.Min(), 0, 20);
        Assert.InRange(drawn.Max(), 980, 1000);
        Assert.InRange(drawn.Average(), 450, 550);
    }

    [Fact]
    public void Next_FollowsTheOptions()
    {
        var delays = new RetryDelay(new GoHubClientOptions { ReconnectBaseDelay = TimeSpan.FromMilliseconds(3), ReconnectMaxDelay = TimeSpan.FromMilliseconds(7), Jitter = () => 1 });

        Assert.Equal([3, 6, 7, 7], Enumerable.Range(0, 4).Select(a => delays.Next(a).TotalMilliseconds));
    }

    private static TimeSpan Draw(int attempt, double part) => new RetryDelay(new GoHubClientOptions { Jitter = () => part }).Next(attempt);
}
