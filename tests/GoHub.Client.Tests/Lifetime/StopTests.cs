namespace GoHub.Client.Tests.Lifetime;

public sealed class StopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_WhenConnected_ClosesWith1000()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.ClosedWith);
        Assert.True(socket.IsDisposed);
        Assert.False(socket.IsAborted);
        Assert.Equal(GoHubClientState.Stopped, trial.Client.State);
        Assert.Equal([GoHubClientState.Connecting, GoHubClientState.Connected, GoHubClientState.Stopped], trial.States);
        Assert.Equal("The client was stopped.", trial.Changes[^1].Reason);
    }

    [Fact]
    public async Task Stop_WhenTheServerDoesNotAnswer_CutsOffAfterTheTimeout()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.AnswersClose = false;

        var stopping = trial.Client.StopAsync(Cancel);
        await Waiting.Until(() => socket.ClosedWith is not null);
        Assert.False(stopping.IsCompleted);
        await trial.PassUntilAsync(stopping);

        Assert.True(socket.IsAborted);
    }

    [Fact]
    public async Task Stop_WhenTheServerTakesNothing_CutsOffAfterTheTimeout()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        var stalled = new TaskCompletionSource();
        socket.Stalled = stalled.Task;
        var sending = trial.Client.SendAsync("x", Cancel);

        var stopping = trial.Client.StopAsync(Cancel);
        await trial.PassUntilAsync(stopping);
        stalled.SetResult();

        Assert.True(socket.IsAborted);
        await Assert.ThrowsAsync<GoHubClientException>(() => sending.Soon());
    }

    [Fact]
    public async Task Stop_Cancelled_CutsOffAtOnce()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.AnswersClose = false;

        await trial.Client.StopAsync(new CancellationToken(canceled: true)).Soon();

        Assert.True(socket.IsAborted);
        Assert.Equal(GoHubClientState.Stopped, trial.Client.State);
    }

    [Fact]
    public async Task Stop_WhileConnecting_EndsTheAttempt()
    {
        await using var trial = new Trial();
        trial.Server.Held = new TaskCompletionSource().Task;
        var starting = trial.Client.StartAsync(Cancel);
        await Waiting.Until(() => trial.Server.Attempts.Count == 1);

        await trial.Client.StopAsync(Cancel).Soon();

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => starting.Soon());
        Assert.Equal(GoHubClientError.Stopped, error.Error);
        Assert.Equal([GoHubClientState.Connecting, GoHubClientState.Stopped], trial.States);
    }

    [Fact]
    public async Task Stop_WhileWaitingForTheWelcome_ClosesWith1000()
    {
        await using var trial = new Trial();
        trial.Server.Welcomes = false;
        var starting = trial.Client.StartAsync(Cancel);
        var socket = await trial.Server.NextAsync();

        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.ClosedWith);
        await Assert.ThrowsAsync<GoHubClientException>(() => starting.Soon());
        Assert.DoesNotContain(GoHubClientState.Connected, trial.States);
    }

    [Fact]
    public async Task Stop_WhileTheTokenProviderHangs_Ends()
    {
        await using var trial = new Trial(o => o.TokenProvider = _ => new ValueTask<string?>(new TaskCompletionSource<string?>().Task));
        var starting = trial.Client.StartAsync(Cancel);

        await trial.Client.StopAsync(Cancel).Soon();

        await Assert.ThrowsAsync<GoHubClientException>(() => starting.Soon());
    }

    [Fact]
    public async Task Stop_WhileWaiting_EndsTheWaiting()
    {
        await using var trial = new Trial();
        trial.Server.Down = () => new WebSocketException();
        var starting = trial.Client.StartAsync(Cancel);
        await trial.ReachesAsync(GoHubClientState.Waiting);

        await trial.Client.StopAsync(Cancel).Soon();

        await Assert.ThrowsAsync<GoHubClientException>(() => starting.Soon());
        trial.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(trial.Server.Attempts);
    }

    [Fact]
    public async Task Stop_BeforeTheStart_RefusesWhatWaits()
    {
        await using var trial = new Trial();
        var asking = trial.Client.RequestAsync<int, int>("x", 1, Cancel);

        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(GoHubClientError.Stopped, (await Assert.ThrowsAsync<GoHubClientException>(() => asking.Soon())).Error);
        Assert.Equal([GoHubClientState.Stopped], trial.States);
        await trial.ConnectAsync();
    }

    [Fact]
    public async Task Stop_Twice_AndAfterTheEnd_DoesNothing()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => trial.Client.StopAsync(Cancel))).Soon();
        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(1, trial.States.Count(s => s == GoHubClientState.Stopped));

        await trial.ConnectAsync();
        Assert.Equal("conn-2", trial.Client.ConnectionId);
    }

    [Fact]
    public async Task Stop_AfterAStopForGood_KeepsItsReason()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.PushClose(4403, "not you");
        await trial.ReachesAsync(GoHubClientState.Stopped);

        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(4403, trial.Changes[^1].CloseCode);
    }

    [Fact]
    public async Task Start_WhileAStopIsUnderWay_FollowsIt()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.AnswersClose = false;
        var stopping = trial.Client.StopAsync(Cancel);

        var starting = trial.Client.StartAsync(Cancel);
        Assert.Equal(1, trial.Server.Connections);
        socket.PushClose(1000);
        await stopping.Soon();
        await starting.Soon();

        Assert.Equal([GoHubClientState.Connecting, GoHubClientState.Connected, GoHubClientState.Stopped, GoHubClientState.Connecting, GoHubClientState.Connected], trial.States);
    }

    [Fact]
    public async Task StopStartStop_TheLastOneCounts()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.AnswersClose = false;
        var first = trial.Client.StopAsync(Cancel);
        var starting = trial.Client.StartAsync(Cancel);
        var last = trial.Client.StopAsync(Cancel);

        socket.PushClose(1000);
        await Task.WhenAll(first, last).Soon();

        await Assert.ThrowsAsync<GoHubClientException>(() => starting.Soon());
        Assert.Equal(GoHubClientState.Stopped, trial.Client.State);
        Assert.Equal(1, trial.Server.Connections);
    }

    [Fact]
    public async Task Stop_FromAHandler_DoesNotWaitForItself()
    {
        await using var trial = new Trial();
        var stopped = new TaskCompletionSource();
        trial.Client.On("x", async (GoHubClientMessage _, CancellationToken handling) =>
        {
            await trial.Client.StopAsync(CancellationToken.None);
            Assert.True(handling.IsCancellationRequested);
            stopped.SetResult();
        });
        var socket = await trial.ConnectAsync();

        socket.Say("x");

        await stopped.Task.Soon();
    }

    [Fact]
    public async Task Stop_WhileHandlersAreFarBehind_Ends()
    {
        await using var trial = new Trial(o => o.MaxBuffered = 1);
        var busy = new TaskCompletionSource();
        var calls = 0;
        trial.Client.On("x", (GoHubClientMessage _, CancellationToken _) =>
        {
            calls++;
            return busy.Task;
        });
        var socket = await trial.ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            socket.Say("x");
        }
        await Waiting.Until(() => calls == 1);

        await trial.Client.StopAsync(Cancel).Soon();
        busy.SetResult();
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
        }

        Assert.Equal(1, calls);
        Assert.False(socket.IsAborted);
    }

    [Fact]
    public async Task Dispose_IsAStopForEver()
    {
        var trial = new Trial();
        var socket = await trial.ConnectAsync();

        await trial.Client.DisposeAsync().AsTask().Soon();
        await trial.Client.DisposeAsync().AsTask().Soon();

        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.ClosedWith);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => trial.Client.StartAsync(Cancel));
    }
}
