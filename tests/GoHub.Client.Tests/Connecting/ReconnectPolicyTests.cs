using GoHub.Client.Connecting;

namespace GoHub.Client.Tests.Connecting;

public sealed class ReconnectPolicyTests
{
    private static readonly ConnectionEnd Failed = new() { Error = new WebSocketException("no route") };
    private static readonly ConnectionEnd Lived = new() { WasOpen = true, Life = TimeSpan.FromMinutes(1) };

    [Fact]
    public void Decide_FailuresInARow_DoubleUpToTheLimit()
    {
        var policy = Policy();

        Assert.Equal([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000], Enumerable.Range(0, 8).Select(_ => Milliseconds(policy.Decide(Failed))));
        Assert.Equal(8, policy.Attempt);
    }

    [Fact]
    public void Decide_AfterTheServerSaidSomething_BeginsAnew()
    {
        var policy = Policy();
        policy.Decide(Failed);
        policy.Decide(Failed);

        Assert.Equal([500, 1000], [Milliseconds(policy.Decide(Lived)), Milliseconds(policy.Decide(Failed))]);
    }

    [Fact]
    public void Decide_AServerThatAcceptsAndDrops_IsNotHammered()
    {
        var policy = Policy();
        var silent = new ConnectionEnd { WasOpen = true };

        Assert.Equal([500, 1000, 2000], Enumerable.Range(0, 3).Select(_ => Milliseconds(policy.Decide(silent))));
    }

    [Fact]
    public void Decide_AHint_IsTakenExactly_AndThenTheUsualPauses()
    {
        var policy = Policy();

        Assert.Equal(826, Milliseconds(policy.Decide(Lived with { Hint = TimeSpan.FromMilliseconds(826), CloseCode = 1012 })));
        Assert.Equal([500, 1000], [Milliseconds(policy.Decide(Failed)), Milliseconds(policy.Decide(Failed))]);
    }

    [Fact]
    public void Decide_AHintBeforeADropWithoutACloseFrame_IsTakenToo() =>
        Assert.Equal(0, Milliseconds(Policy().Decide(Lived with { Hint = TimeSpan.Zero, Error = new WebSocketException() })));

    [Fact]
    public void Decide_AHint_DoesNotOutweighACloseForGood() =>
        Assert.Null(Policy().Decide(Lived with { Hint = TimeSpan.FromSeconds(1), CloseCode = 4403 }).Delay);

    [Fact]
    public void Decide_AHintOfYears_IsADay() =>
        Assert.Equal(TimeSpan.FromDays(1), Policy().Decide(Lived with { Hint = TimeSpan.FromDays(900), CloseCode = 1012 }).Delay);

    [Fact]
    public void Decide_4401_WithAProvider_ComesBackAtOnce_ThenWithTheUsualPauses()
    {
        var policy = Policy(withProvider: true);
        var refused = new ConnectionEnd { CloseCode = 4401, WasOpen = true, Life = TimeSpan.FromSeconds(1) };

        Assert.Equal([0, 500, 1000, 2000, 4000], Enumerable.Range(0, 5).Select(_ => Milliseconds(policy.Decide(refused))));
    }

    [Fact]
    public void Decide_4401_AfterALifeOf5Seconds_IsTheFirstAgain()
    {
        var policy = Policy(withProvider: true);
        var expired = new ConnectionEnd { CloseCode = 4401, WasOpen = true, Life = TimeSpan.FromSeconds(5) };

        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(_ => Milliseconds(policy.Decide(expired))));
    }

    [Fact]
    public void Decide_4401_WithoutAProvider_Stops() =>
        Assert.Contains("TokenProvider", Policy().Decide(Lived with { CloseCode = 4401 }).Why, StringComparison.Ordinal);

    [Fact]
    public void Decide_401_IsAs4401()
    {
        var policy = Policy(withProvider: true);

        Assert.Equal([0, 500, 1000], Enumerable.Range(0, 3).Select(_ => Milliseconds(policy.Decide(Refused(401)))));
        Assert.Null(Policy().Decide(Refused(401)).Delay);
        Assert.Null(Policy(connected: true).Decide(Refused(401)).Delay);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public void Decide_RetryAfter_IsHeeded_WithASpreadBehindIt(int status)
    {
        var end = Refused(status, TimeSpan.FromSeconds(5));

        Assert.Equal(5000, Milliseconds(Policy(jitter: 0).Decide(end)));
        Assert.Equal(5500, Milliseconds(Policy(jitter: 1).Decide(end)));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(408)]
    [InlineData(425)]
    public void Decide_OtherRefusals_AreTriedAgain(int status)
    {
        var policy = Policy();

        Assert.Equal([500, 1000], [Milliseconds(policy.Decide(Refused(status))), Milliseconds(policy.Decide(Refused(status)))]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(426)]
    [InlineData(451)]
    public void Decide_AWrongAddress_StopsAClientThatWasNeverConnected(int status)
    {
        var step = Policy().Decide(Refused(status));

        Assert.Null(step.Delay);
        Assert.Contains($"{status}", step.Why, StringComparison.Ordinal);
        Assert.Equal(500, Milliseconds(Policy(connected: true).Decide(Refused(status))));
    }

    [Fact]
    public void Decide_AWrongAddressLater_IsTriedAgain_SinceADeployMayPass()
    {
        var policy = Policy();
        policy.Decide(Lived);

        Assert.NotNull(policy.Decide(Refused(404)).Delay);
    }

    [Fact]
    public void Decide_AfterAnotherUsersToken_ComesBackAtOnce()
    {
        var policy = Policy(withProvider: true);

        Assert.Equal(0, Milliseconds(policy.Decide(Lived with { IsForNewUser = true })));
    }

    private static ConnectionEnd Refused(int status, TimeSpan? after = null) => new() { Error = new GoHubUpgradeRefusedException(status, after) };

    private static double Milliseconds(NextStep step) => step.Delay!.Value.TotalMilliseconds;

    private static ReconnectPolicy Policy(bool withProvider = false, bool connected = false, double jitter = 1) =>
        new(new GoHubClientOptions { Jitter = () => jitter, TokenProvider = withProvider ? _ => ValueTask.FromResult<string?>("t") : null }, connected);
}
