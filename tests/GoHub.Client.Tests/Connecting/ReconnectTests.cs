namespace GoHub.Client.Tests.Connecting;

public sealed class ReconnectTests
{
    [Fact]
    public async Task Start_WithoutAServer_TriesForEver()
    {
        await using var trial = new Trial();
        trial.Server.Down = () => new WebSocketException("connection refused");
        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);

        List<double> pauses = [];
        for (var i = 0; i < 9; i++)
        {
            pauses.Add((await trial.PassPauseAsync()).TotalMilliseconds);
        }
        Assert.Equal([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000], pauses);
        Assert.False(starting.IsCompleted);

        // The attempt after the last pause fails, too.
        await trial.ReachesAsync(GoHubClientState.Waiting, trial.Changes.Count - 1);
        trial.Server.Down = null;
        await trial.ReconnectAsync();
        await starting.Soon();
        Assert.Equal(GoHubClientState.Connected, trial.Client.State);
    }

    [Fact]
    public async Task Attempts_AreCounted_AndTheCountBeginsAnewAfterAWelcome()
    {
        await using var trial = new Trial();
        trial.Server.Fail(new WebSocketException(), new WebSocketException());
        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);
        await trial.PassPauseAsync();
        var socket = await trial.ReconnectAsync();
        await starting.Soon();
        socket.Drop();
        await trial.ReconnectAsync();

        Assert.Equal([0, 1, 2, 0 + 1], trial.Server.Attempts.Select(a => a.Attempt));
        Assert.Equal([500, 1000, 500], trial.Changes.Where(c => c.Delay is not null).Select(c => c.Delay!.Value.TotalMilliseconds));
    }

    [Fact]
    public async Task Pause_IsARandomPart()
    {
        await using var trial = new Trial { Jitter = 0.25 };
        var socket = await trial.ConnectAsync();
        socket.Drop();

        Assert.Equal(TimeSpan.FromMilliseconds(125), (await trial.ReachesAsync(GoHubClientState.Waiting)).Delay);
    }

    [Fact]
    public async Task Pause_IsNotCutShort()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.Drop();
        await trial.ReachesAsync(GoHubClientState.Waiting);

        trial.Clock.Advance(TimeSpan.FromMilliseconds(499));
        await Settled();
        Assert.Equal(GoHubClientState.Waiting, trial.Client.State);
        trial.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await trial.ReachesAsync(GoHubClientState.Connected, seen: 3);
    }

    [Fact]
    public async Task Hint_SaysExactlyWhen()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        trial.Server.Fail(new WebSocketException());

        socket.Say("reconnect", new { reconnect_in = 826, reason = "restart" });
        socket.PushClose(1012, "restart, reconnect in 826 ms");

        Assert.Equal(826, (await trial.PassPauseAsync()).TotalMilliseconds);
        Assert.Equal(500, (await trial.PassPauseAsync()).TotalMilliseconds);
        await trial.ReachesAsync(GoHubClientState.Connected, seen: 6);
    }

    [Theory]
    [InlineData("""{"reconnect_in":-1,"reason":"x"}""")]
    [InlineData("""{"reconnect_in":"soon","reason":"x"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Hint_ThatIsNone_IsPassedOver(string data)
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.Push($$"""{"message_id":0,"message_type":"reconnect","data":{{data}}}""");
        socket.PushClose(1012);

        Assert.Equal(500, (await trial.PassPauseAsync()).TotalMilliseconds);
    }

    [Fact]
    public async Task Hint_HoldsForOneConnectionOnly()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.Say("reconnect", new { reconnect_in = 10, reason = "restart" });
        socket.PushClose(1012);
        var next = await trial.ReconnectAsync();

        next.Drop();

        Assert.Equal(500, (await trial.PassPauseAsync()).TotalMilliseconds);
    }

    [Fact]
    public async Task RetryAfter_IsHeeded()
    {
        await using var trial = new Trial { Jitter = 0 };
        trial.Server.Fail(new GoHubUpgradeRefusedException(503, TimeSpan.FromSeconds(7)));
        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(7000, (await trial.PassPauseAsync()).TotalMilliseconds);
        await starting.Soon();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(426)]
    public async Task AWrongAddress_OnTheFirstStart_FailsIt(int status)
    {
        await using var trial = new Trial();
        trial.Server.Fail(new GoHubUpgradeRefusedException(status));

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.StartAsync(TestContext.Current.CancellationToken).Soon());

        Assert.Equal(GoHubClientError.Stopped, error.Error);
        Assert.Contains($"HTTP status {status}", error.Message, StringComparison.Ordinal);
        Assert.Equal(status, Assert.IsType<GoHubUpgradeRefusedException>(error.InnerException).StatusCode);
        Assert.Equal(GoHubClientState.Stopped, (await trial.ReachesAsync(GoHubClientState.Stopped)).State);

        // It may be started again: the address may be right by now.
        await trial.Client.StartAsync(TestContext.Current.CancellationToken).Soon();
    }

    [Fact]
    public async Task AWrongAddress_Later_IsTriedAgain()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        trial.Server.Fail(new GoHubUpgradeRefusedException(404));
        socket.Drop();

        await trial.PassPauseAsync();
        Assert.Equal(404, Assert.IsType<GoHubUpgradeRefusedException>((await trial.ReachesAsync(GoHubClientState.Waiting, seen: 4)).Error).StatusCode);
        await trial.ReconnectAsync();
    }

    [Fact]
    public async Task AWrongAddress_AfterAStop_IsTriedAgainToo()
    {
        await using var trial = new Trial();
        await trial.ConnectAsync();
        await trial.Client.StopAsync(TestContext.Current.CancellationToken).Soon();
        trial.Server.Fail(new GoHubUpgradeRefusedException(404));

        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);
        await trial.PassPauseAsync();
        await starting.Soon();
    }

    [Fact]
    public async Task ConnectTimeout_EndsAnAttempt()
    {
        await using var trial = new Trial(o => o.ConnectTimeout = TimeSpan.FromSeconds(3));
        trial.Server.Held = new TaskCompletionSource().Task;
        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);
        await Waiting.Until(() => trial.Server.Attempts.Count == 1);

        trial.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.IsType<TimeoutException>((await trial.ReachesAsync(GoHubClientState.Waiting)).Error);
        trial.Server.Held = Task.CompletedTask;
        await trial.PassPauseAsync();
        await starting.Soon();
    }

    [Fact]
    public async Task AFactoryThatIgnoresItsToken_IsGivenUp_AndItsLateSocketFreed()
    {
        var late = new TaskCompletionSource<WebSocket>();
        await using var trial = new Trial(o => o.WebSocketFactory = (_, _) => late.Task);
        _ = trial.Client.StartAsync(TestContext.Current.CancellationToken);

        await trial.Client.StopAsync(TestContext.Current.CancellationToken).Soon();
        var socket = new FakeSocket();
        late.SetResult(socket);

        await Waiting.Until(() => socket.IsDisposed);
    }

    [Fact]
    public async Task AFactoryThatThrowsOrGivesNothing_IsAFailedAttempt()
    {
        var attempts = 0;
        var server = new FakeServer();
        await using var trial = new Trial(o => o.WebSocketFactory = (context, ct) => attempts++ switch
        {
            0 => throw new IOException("at once"),
            1 => Task.FromResult<WebSocket>(null!),
            _ => server.ConnectAsync(context, ct),
        });
        var starting = trial.Client.StartAsync(TestContext.Current.CancellationToken);

        await trial.PassPauseAsync();
        await trial.PassPauseAsync();
        await starting.Soon();

        Assert.Equal([typeof(IOException), typeof(InvalidOperationException)], trial.Changes.Where(c => c.Error is not null).Select(c => c.Error!.GetType()));
    }

    [Fact]
    public async Task AMessageThatIsTooLarge_EndsTheConnectionWith1009_AndTheClientComesBack()
    {
        await using var trial = new Trial(o => o.MaxMessageSize = 1000);
        var socket = await trial.ConnectAsync();

        socket.Push(new string('x', 1001), fragments: 3);
        var change = await trial.ReachesAsync(GoHubClientState.Waiting);

        Assert.IsType<InvalidDataException>(change.Error);
        await Waiting.Until(() => socket.IsDisposed);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.ClosedWith);
        await trial.ReconnectAsync();
    }

    [Fact]
    public async Task AWriteThatFails_EndsTheConnection()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.SendFault = new IOException("broken pipe");

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("x", TestContext.Current.CancellationToken).Soon());

        Assert.Equal(GoHubClientError.ConnectionLost, error.Error);
        Assert.IsType<IOException>((await trial.ReachesAsync(GoHubClientState.Waiting)).Error);
        await trial.ReconnectAsync();
    }

    private static async Task Settled()
    {
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
        }
    }
}
