namespace GoHub.Client.Tests.Tokens;

public sealed class TokenTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFixedToken_GoesWithEveryAttempt()
    {
        await using var trial = new Trial(o => o.Token = "abc");
        var socket = await trial.ConnectAsync();
        socket.Drop();
        await trial.ReconnectAsync();

        Assert.Equal(["abc", "abc"], trial.Server.Attempts.Select(a => a.Token));
    }

    [Fact]
    public async Task AProvider_IsAskedForEachAttempt()
    {
        var asked = 0;
        await using var trial = new Trial(o => o.TokenProvider = _ => ValueTask.FromResult<string?>($"token-{++asked}"));
        trial.Server.Fail(new WebSocketException());
        var starting = trial.Client.StartAsync(Cancel);
        await trial.PassPauseAsync();
        await starting.Soon();

        Assert.Equal(["token-1", "token-2"], trial.Server.Attempts.Select(a => a.Token));
    }

    [Fact]
    public async Task AProviderThatThrows_FailsTheAttempt_WhichIsMadeAgain()
    {
        var asked = 0;
        await using var trial = new Trial(o => o.TokenProvider = async _ =>
        {
            await Task.Yield();
            return ++asked <= 2 ? throw new FormatException("no session") : "good";
        });
        var starting = trial.Client.StartAsync(Cancel);

        Assert.Equal(500, (await trial.PassPauseAsync()).TotalMilliseconds);
        Assert.Equal(1000, (await trial.PassPauseAsync()).TotalMilliseconds);
        await starting.Soon();

        Assert.All(trial.Changes.Where(c => c.State == GoHubClientState.Waiting), c => Assert.Equal("no session", Assert.IsType<FormatException>(c.Error).Message));
        Assert.Equal("good", Assert.Single(trial.Server.Attempts).Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nEvil: 1")]
    public async Task AProviderThatGivesNoToken_FailsTheAttempt(string token)
    {
        await using var trial = new Trial(o => o.TokenProvider = _ => ValueTask.FromResult<string?>(token));
        _ = trial.Client.StartAsync(Cancel);

        Assert.IsType<InvalidDataException>((await trial.ReachesAsync(GoHubClientState.Waiting)).Error);
        Assert.Empty(trial.Server.Attempts);
    }

    [Fact]
    public async Task AProviderThatHangs_IsGivenUpAfterTheTimeout()
    {
        var asked = new TaskCompletionSource();
        await using var trial = new Trial(o => o.TokenProvider = _ =>
        {
            asked.TrySetResult();
            return new ValueTask<string?>(new TaskCompletionSource<string?>().Task);
        });
        _ = trial.Client.StartAsync(Cancel);
        await asked.Task.Soon();

        trial.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.IsType<TimeoutException>((await trial.ReachesAsync(GoHubClientState.Waiting)).Error);
    }

    [Fact]
    public async Task A4401_FetchesANewToken_AtOnce_AndThenWithPauses()
    {
        var asked = 0;
        await using var trial = new Trial(o => o.TokenProvider = _ => ValueTask.FromResult<string?>($"token-{++asked}"));
        var socket = await trial.ConnectAsync();

        socket.PushClose(4401, "token expired");
        var second = await trial.Server.NextAsync();
        second.PushClose(4401, "token expired");
        Assert.Equal(500, (await trial.PassPauseAsync()).TotalMilliseconds);
        var third = await trial.Server.NextAsync();
        await Waiting.Until(() => trial.Client.ConnectionId == "conn-3" && trial.Client.State == GoHubClientState.Connected);
        trial.Clock.Advance(TimeSpan.FromSeconds(5));
        third.PushClose(4401, "token expired");
        await trial.Server.NextAsync();

        Assert.Equal(["token-1", "token-2", "token-3", "token-4"], trial.Server.Attempts.Select(a => a.Token));
        Assert.Equal([0, 500, 0], trial.Changes.Where(c => c.Delay is not null).Select(c => c.Delay!.Value.TotalMilliseconds));
    }

    [Fact]
    public async Task A401_FetchesANewToken()
    {
        var asked = 0;
        await using var trial = new Trial(o => o.TokenProvider = _ => ValueTask.FromResult<string?>($"token-{++asked}"));
        trial.Server.Fail(new GoHubUpgradeRefusedException(401));

        await trial.Client.StartAsync(Cancel).Soon();

        Assert.Equal(["token-1", "token-2"], trial.Server.Attempts.Select(a => a.Token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("fixed")]
    public async Task A4401_WithoutAProvider_IsForGood(string? token)
    {
        await using var trial = new Trial(o => o.Token = token);
        var socket = await trial.ConnectAsync();

        socket.PushClose(4401, "token expired");

        Assert.Equal(4401, (await trial.ReachesAsync(GoHubClientState.Stopped)).CloseCode);
    }

    [Fact]
    public async Task NoToken_IsSent_WhenTheProviderHasNone()
    {
        await using var trial = new Trial(o => o.TokenProvider = _ => ValueTask.FromResult<string?>(null));
        await trial.ConnectAsync();

        Assert.Null(Assert.Single(trial.Server.Attempts).Token);
    }
}
