namespace GoHub.Client.Tests.EndToEnd;

public sealed class ReconnectEndToEnd
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AServerThatStops_SaysWhen_AndTheClientComesBack()
    {
        await using var server = await HubServer.StartNewAsync(o => o.Drain.Rate = 20);
        var sessions = new List<Session>();
        for (var i = 0; i < 10; i++)
        {
            sessions.Add(await Session.StartAsync(server.Address));
        }
        var hints = sessions.Select(s => HintAsync(s.Client)).ToArray();
        await server.StopAsync();

        await server.StartAsync();
        foreach (var session in sessions)
        {
            await session.IsConnectedAsync(times: 2);
        }

        for (var i = 0; i < sessions.Count; i++)
        {
            var change = sessions[i].Changes.First(c => c.State == GoHubClientState.Waiting);
            Assert.Equal((1012, await hints[i].Soon()), (change.CloseCode, (long)change.Delay!.Value.TotalMilliseconds));
            Assert.StartsWith("restart", change.Reason, StringComparison.Ordinal);
            await sessions[i].DisposeAsync();
        }
    }

    [Theory]
    [InlineData(GoHubCloseCode.Forbidden)]
    [InlineData(GoHubCloseCode.Replaced)]
    [InlineData(GoHubCloseCode.Unauthorized)]
    [InlineData(GoHubCloseCode.PolicyViolation)]
    [InlineData(GoHubCloseCode.Normal)]
    public async Task CodesForGood_StopTheClient(GoHubCloseCode code)
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);
        // A connection is welcomed a moment before the server finds it by its id.
        await session.Client.RequestAsync<string>("who", Cancel).Soon();

        await server.Hub.Connection(session.Client.ConnectionId!).DisconnectAsync(code, "enough", Cancel);

        var change = await session.HasBeenAsync(GoHubClientState.Stopped);
        Assert.Equal(((int)code, "enough"), (change.CloseCode, change.Reason));
        await Waiting.Until(() => server.Hub.Local.ConnectionCount == 0);
    }

    [Theory]
    [InlineData(GoHubCloseCode.GoingAway)]
    [InlineData(GoHubCloseCode.InternalError)]
    [InlineData(GoHubCloseCode.ServiceRestart)]
    [InlineData(GoHubCloseCode.TryAgainLater)]
    [InlineData(GoHubCloseCode.IdleTimeout)]
    [InlineData(GoHubCloseCode.RateLimited)]
    [InlineData(GoHubCloseCode.SlowConsumer)]
    public async Task OtherCodes_BringItBack(GoHubCloseCode code)
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);
        // A connection is welcomed a moment before the server finds it by its id.
        await session.Client.RequestAsync<string>("who", Cancel).Soon();

        await server.Hub.Connection(session.Client.ConnectionId!).DisconnectAsync(code, "for now", Cancel);

        await session.IsConnectedAsync(times: 2);
        Assert.Equal((int)code, (await session.HasBeenAsync(GoHubClientState.Waiting)).CloseCode);
        Assert.Equal("x", await session.Client.RequestAsync<string, string>("echo", "x", Cancel).Soon());
    }

    [Fact]
    public async Task AWrongPath_IsRefusedForGood_WithAClearError()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = new Session(server.Address + "/nowhere");

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => session.Client.StartAsync(Cancel).Soon());

        Assert.Contains("HTTP status 404: there is no hub at this address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoServer_IsWaitedFor()
    {
        await using var server = await HubServer.StartNewAsync();
        await server.StopAsync();
        await using var session = new Session(server.Address, o => o.ReconnectMaxDelay = o.ReconnectBaseDelay = TimeSpan.FromMilliseconds(50));
        var starting = session.Client.StartAsync(Cancel);
        await session.HasBeenAsync(GoHubClientState.Waiting);

        await server.StartAsync();

        await starting.Soon();
        Assert.IsType<WebSocketException>(session.Changes.First(c => c.State == GoHubClientState.Waiting).Error);
    }

    [Fact]
    public async Task AFullServer_SaysWhenToComeAgain()
    {
        await using var server = await HubServer.StartNewAsync(o => o.Limits.Connections = 1);
        await using var first = await Session.StartAsync(server.Address);
        await using var second = new Session(server.Address);
        _ = second.Client.StartAsync(Cancel);

        var change = await second.HasBeenAsync(GoHubClientState.Waiting);

        var refusal = Assert.IsType<GoHubUpgradeRefusedException>(change.Error);
        Assert.Equal((503, TimeSpan.FromSeconds(5)), (refusal.StatusCode, refusal.RetryAfter));
        Assert.InRange(change.Delay!.Value.TotalSeconds, 5, 5.5);
    }

    [Fact]
    public async Task AStop_IsSeenByTheServerAs1000()
    {
        await using var server = await HubServer.StartNewAsync();
        var ended = new TaskCompletionSource<DisconnectedEvent>();
        using var subscription = server.Hub.Events.On<DisconnectedEvent>((e, _) =>
        {
            ended.TrySetResult(e);
            return Task.CompletedTask;
        });
        await using var session = await Session.StartAsync(server.Address);

        await session.Client.StopAsync(Cancel).Soon();

        Assert.Equal(1000, (await ended.Task.Soon()).CloseCode);
    }

    [Fact]
    public async Task HundredsOfClients_InOneProcess_ComeBackTogether()
    {
        await using var server = await HubServer.StartNewAsync(o => o.Drain.Rate = 10_000);
        var sessions = Enumerable.Range(0, 300).Select(_ => new Session(server.Address)).ToArray();
        await Task.WhenAll(sessions.Select(s => s.Client.StartAsync(Cancel))).Soon();
        await server.StopAsync();
        await server.StartAsync();

        foreach (var session in sessions)
        {
            await session.IsConnectedAsync(times: 2);
        }

        Assert.Equal(300, server.Hub.Local.ConnectionCount);
        await Task.WhenAll(sessions.Select(s => s.DisposeAsync().AsTask())).Soon();
    }

    private static Task<long> HintAsync(GoHubClient client)
    {
        var hint = new TaskCompletionSource<long>();
        client.On<JsonElement>("reconnect", data => hint.TrySetResult(data.GetProperty("reconnect_in").GetInt64()));
        return hint.Task;
    }
}
