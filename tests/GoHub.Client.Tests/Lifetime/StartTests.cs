namespace GoHub.Client.Tests.Lifetime;

public sealed class StartTests
{
    [Fact]
    public async Task Start_ConnectsWithTheOffer_AndKnowsWhoItIs()
    {
        await using var trial = new Trial(url: "https://hub.test/live?x=1");
        trial.Server.Welcomes = false;
        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);
        var socket = await trial.Server.NextAsync();
        Assert.False(starting.IsCompleted);

        socket.Welcome("abc", "u1");
        await starting.Soon();

        Assert.Equal(("abc", "u1"), (trial.Client.ConnectionId, trial.Client.UserId));
        Assert.Equal([GoHubClientState.Connecting, GoHubClientState.Connected], trial.States);
        var attempt = Assert.Single(trial.Server.Attempts);
        Assert.Equal(("wss://hub.test/live?x=1", "gohub.v1", null), (attempt.Uri.AbsoluteUri, attempt.SubProtocol, attempt.Token));
    }

    [Fact]
    public void BeforeTheStart_ItIsIdle()
    {
        var trial = new Trial();

        Assert.Equal(GoHubClientState.Idle, trial.Client.State);
        Assert.Null(trial.Client.ConnectionId);
        Assert.Empty(trial.Server.Attempts);
    }

    [Fact]
    public async Task Start_ByManyAtOnce_ConnectsOnce()
    {
        await using var trial = new Trial();
        var hold = new TaskCompletionSource();
        trial.Server.Held = hold.Task;

        var starts = Enumerable.Range(0, 20).Select(_ => trial.Client.StartAsync(TestContext.Current.CancellationToken)).ToArray();
        await Waiting.InParallel(4, i => { _ = trial.Client.StartAsync(TestContext.Current.CancellationToken); });
        hold.SetResult();
        await Task.WhenAll(starts).Soon();

        Assert.Equal(1, trial.Server.Connections);
    }

    [Fact]
    public async Task Start_WhenConnected_IsDone()
    {
        await using var trial = new Trial();
        await trial.ConnectAsync();

        Assert.True(trial.Client.StartAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        Assert.Equal(1, trial.Server.Connections);
    }

    [Fact]
    public async Task Start_Cancelled_EndsTheWaitingOnly()
    {
        await using var trial = new Trial();
        var hold = new TaskCompletionSource();
        trial.Server.Held = hold.Task;
        using var cancel = new CancellationTokenSource();
        var starting = trial.Client.StartAsync(cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.Soon());
        hold.SetResult();

        await trial.ReachesAsync(GoHubClientState.Connected);
    }

    [Fact]
    public async Task Start_AServerThatChoosesNoSubprotocol_IsConnectedAtOnce()
    {
        await using var trial = new Trial();
        (trial.Server.SubProtocol, trial.Server.Welcomes) = (null, false);

        await trial.ConnectAsync();

        Assert.Null(trial.Client.ConnectionId);
    }

    [Fact]
    public async Task Start_AServerThatPromisesAWelcomeAndSaysNothing_IsConnectedAfterAMoment()
    {
        await using var trial = new Trial();
        trial.Server.Welcomes = false;
        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);
        await trial.Server.NextAsync();
        Assert.False(starting.IsCompleted);

        await trial.PassUntilAsync(starting);

        Assert.Equal(GoHubClientState.Connected, trial.Client.State);
    }

    [Fact]
    public async Task Start_DroppedBeforeTheWelcome_IsNotConnected()
    {
        await using var trial = new Trial();
        trial.Server.Welcomes = false;
        _ = trial.Client.StartAsync(TestContext.Current.CancellationToken);
        var socket = await trial.Server.NextAsync();

        socket.PushClose(1011);
        await trial.ReachesAsync(GoHubClientState.Waiting);

        Assert.Equal([GoHubClientState.Connecting, GoHubClientState.Waiting], trial.States);
    }

    [Fact]
    public async Task Start_CarriesNoContextOfTheCallerToHandlers()
    {
        var local = new AsyncLocal<string> { Value = "caller" };
        await using var trial = new Trial();
        var seen = new TaskCompletionSource<string?>();
        trial.Client.On("x", (GoHubClientMessage _, CancellationToken _) =>
        {
            seen.SetResult(local.Value);
            return Task.CompletedTask;
        });
        var socket = await trial.ConnectAsync();

        socket.Say("x");

        Assert.Null(await seen.Task.Soon());
    }
}
