namespace GoHub.Client.Tests.Sending;

public sealed class OfflineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsSentBeforeTheStart_GoesOutInOrder()
    {
        await using var trial = new Trial();
        trial.Server.Respond = (s, m) => Reply(s, m);
        await trial.Client.SendAsync("a", 1, Cancel).Soon();
        var asking = trial.Client.RequestAsync<int, int>("b", 2, Cancel);
        await trial.Client.SendBinaryAsync(new byte[] { 3 }, Cancel).Soon();
        await trial.Client.SendAsync("d", Cancel).Soon();

        var socket = await trial.ConnectAsync();

        Assert.Equal(2, await asking.Soon());
        await Waiting.Until(() => socket.Sent.Count == 3);
        Assert.Equal(["a", "b", "d"], socket.SentTypes);
        Assert.Equal([3], Assert.Single(socket.SentBinary));
    }

    [Fact]
    public async Task WhatIsSentWhileWaiting_GoesOutAfterTheReconnect()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        socket.Drop();
        await trial.ReachesAsync(GoHubClientState.Waiting);
        for (var i = 0; i < 50; i++)
        {
            await trial.Client.SendAsync("n", i, Cancel).Soon();
        }

        var next = await trial.ReconnectAsync();
        await Waiting.Until(() => next.Sent.Count == 50);

        Assert.Equal(Enumerable.Range(0, 50), next.Sent.Select(m => m["data"]!.GetValue<int>()));
    }

    [Fact]
    public async Task BeyondTheBoundInMessages_ItIsRefused()
    {
        await using var trial = new Trial();
        for (var i = 0; i < 100; i++)
        {
            await trial.Client.SendAsync("n", i, Cancel).Soon();
        }

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("n", 100, Cancel).Soon());
        var request = await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.RequestAsync<int, int>("n", 101, Cancel).Soon());

        Assert.Equal((GoHubClientError.Refused, GoHubClientError.Refused), (error.Error, request.Error));
        Assert.Contains("MaxQueued", error.Message, StringComparison.Ordinal);
        var socket = await trial.ConnectAsync();
        await Waiting.Until(() => socket.Sent.Count == 100);
    }

    [Fact]
    public async Task BeyondTheBoundInBytes_ItIsRefused()
    {
        await using var trial = new Trial(o => o.MaxQueuedBytes = 3000);
        await trial.Client.SendBinaryAsync(new byte[2000], Cancel).Soon();

        await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendBinaryAsync(new byte[1001], Cancel).Soon());
        await trial.Client.SendBinaryAsync(new byte[1000], Cancel).Soon();
    }

    [Fact]
    public async Task WhenConnected_ThereIsNoBound()
    {
        await using var trial = new Trial(o => o.MaxQueued = 1);
        var socket = await trial.ConnectAsync();
        await trial.Client.SendAsync("ready", Cancel).Soon();
        var stalled = new TaskCompletionSource();
        socket.Stalled = stalled.Task;

        var sending = Enumerable.Range(0, 20).Select(i => trial.Client.SendAsync("n", i, Cancel)).ToArray();
        Assert.All(sending, s => Assert.False(s.IsCompleted));
        stalled.SetResult();

        await Task.WhenAll(sending).Soon();
        Assert.Equal(21, socket.Sent.Count);
    }

    [Fact]
    public async Task Refuse_RefusesAtOnce()
    {
        await using var trial = new Trial(o => o.WhileOffline = WhileOffline.Refuse);

        Assert.Equal(GoHubClientError.Refused, (await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("x", Cancel).Soon())).Error);
        Assert.Equal(GoHubClientError.Refused, (await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.RequestAsync<int, int>("x", 1, Cancel).Soon())).Error);
        Assert.Equal(GoHubClientError.Refused, (await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SubscribeAsync("lobby", Cancel).Soon())).Error);

        var socket = await trial.ConnectAsync();
        await trial.Client.SendAsync("y", Cancel).Soon();
        socket.Drop();
        await trial.ReachesAsync(GoHubClientState.Waiting);
        await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("z", Cancel).Soon());
    }

    [Fact]
    public async Task ARequestThatWaits_TimesOutAndIsNotSent()
    {
        await using var trial = new Trial(o => o.ReconnectBaseDelay = TimeSpan.FromSeconds(30));
        var socket = await trial.ConnectAsync();
        socket.Drop();
        await trial.ReachesAsync(GoHubClientState.Waiting);
        var asking = trial.Client.RequestAsync<int, int>("old", 1, Cancel);

        trial.Clock.Advance(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => asking.Soon());
        Assert.Equal(GoHubClientError.Timeout, error.Error);
        Assert.Contains("never sent", error.Message, StringComparison.Ordinal);
        var next = await trial.ReconnectAsync();
        await trial.Client.SendAsync("new", Cancel).Soon();
        await next.NextAsync("new");
        Assert.Equal(["new"], next.SentTypes);
    }

    [Fact]
    public async Task ARequestThatWaits_Cancelled_MakesRoom()
    {
        await using var trial = new Trial(o => o.MaxQueued = 1);
        using var cancel = new CancellationTokenSource();
        var asking = trial.Client.RequestAsync<int, int>("old", 1, cancel.Token);
        await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("n", Cancel).Soon());

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());

        await trial.Client.SendAsync("new", Cancel).Soon();
        var socket = await trial.ConnectAsync();
        await socket.NextAsync("new");
        Assert.Equal(["new"], socket.SentTypes);
    }

    [Fact]
    public async Task WhatWasNotWrittenYet_WhenTheConnectionDrops_IsKept()
    {
        await using var trial = new Trial();
        trial.Server.Respond = (s, m) => Reply(s, m);
        var socket = await trial.ConnectAsync();
        await trial.Client.SendAsync("ready", Cancel).Soon();
        var stalled = new TaskCompletionSource();
        socket.Stalled = stalled.Task;
        var inDoubt = trial.Client.SendAsync("in doubt", Cancel);
        var asked = trial.Client.RequestAsync<int, int>("b", 2, Cancel);
        var kept = trial.Client.SendAsync("c", Cancel);

        socket.Drop();
        await trial.ReachesAsync(GoHubClientState.Waiting);
        stalled.SetResult();

        Assert.Equal(GoHubClientError.ConnectionLost, (await Assert.ThrowsAsync<GoHubClientException>(() => inDoubt.Soon())).Error);
        await kept.Soon();
        var next = await trial.ReconnectAsync();
        Assert.Equal(2, await asked.Soon());
        await Waiting.Until(() => next.Sent.Count == 2);
        Assert.Equal(["b", "c"], next.SentTypes);
    }

    [Fact]
    public async Task WhatWasNotWrittenYet_BeyondTheBound_IsRefused_TheNewestFirst()
    {
        await using var trial = new Trial(o => o.MaxQueued = 2);
        var socket = await trial.ConnectAsync();
        await trial.Client.SendAsync("ready", Cancel).Soon();
        var stalled = new TaskCompletionSource();
        socket.Stalled = stalled.Task;
        var first = trial.Client.SendAsync("first", Cancel);
        var sending = Enumerable.Range(0, 3).Select(i => trial.Client.SendAsync($"n{i}", Cancel)).ToArray();
        var asked = trial.Client.RequestAsync<int, int>("b", 2, Cancel);

        socket.Drop();
        await Assert.ThrowsAsync<GoHubClientException>(() => asked.Soon());
        await Assert.ThrowsAsync<GoHubClientException>(() => sending[2].Soon());
        await Task.WhenAll(sending[..2]).Soon();
        socket.SendFault = new IOException();
        stalled.SetResult();
        await Assert.ThrowsAsync<GoHubClientException>(() => first.Soon());

        var next = await trial.ReconnectAsync();
        await Waiting.Until(() => next.Sent.Count == 2);
        Assert.Equal(["n0", "n1"], next.SentTypes);
        Assert.Contains(trial.Log.At(LogLevel.Warning), l => l.StartsWith("2 waiting messages", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatWaited_AndWasBeingWrittenAtTheDrop_IsNotSentTwice()
    {
        await using var trial = new Trial();
        await trial.Client.SendAsync("a", Cancel).Soon();
        await trial.Client.SendAsync("b", Cancel).Soon();
        trial.Server.Welcomes = false;
        _ = trial.Client.StartAsync(Cancel);
        var socket = await trial.Server.NextAsync();
        socket.SendFault = new IOException();
        socket.Welcome();
        trial.Server.Welcomes = true;

        var next = await trial.ReconnectAsync();
        await Waiting.Until(() => next.Sent.Count == 1);

        Assert.Equal(["b"], next.SentTypes);
        Assert.Contains(trial.Log.At(LogLevel.Warning), l => l.Contains("may not have arrived", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatWaits_AtAStop_IsDropped()
    {
        await using var trial = new Trial();
        await trial.Client.SendAsync("a", Cancel).Soon();
        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(GoHubClientError.Stopped, (await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("b", Cancel).Soon())).Error);
        var socket = await trial.ConnectAsync();
        await trial.Client.SendAsync("c", Cancel).Soon();
        await socket.NextAsync("c");

        Assert.Equal(["c"], socket.SentTypes);
        Assert.Contains(trial.Log.At(LogLevel.Information), l => l == "Stopped; 1 messages were waiting and are dropped");
    }

    [Fact]
    public async Task ASendThatIsCancelledInTheQueue_IsTakenBack()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        await trial.Client.SendAsync("ready", Cancel).Soon();
        var stalled = new TaskCompletionSource();
        socket.Stalled = stalled.Task;
        var first = trial.Client.SendAsync("first", Cancel);
        using var cancel = new CancellationTokenSource();
        var second = trial.Client.SendAsync("second", cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Soon());
        stalled.SetResult();
        await first.Soon();
        await trial.Client.SendAsync("third", Cancel).Soon();

        Assert.Equal(["ready", "first", "third"], socket.SentTypes);
    }

    [Fact]
    public async Task Binary_IsCopied()
    {
        await using var trial = new Trial();
        var bytes = new byte[] { 1, 2, 3 };
        await trial.Client.SendBinaryAsync(bytes, Cancel).Soon();
        bytes[0] = 9;

        var socket = await trial.ConnectAsync();
        await Waiting.Until(() => socket.SentBinary.Count == 1);

        Assert.Equal([1, 2, 3], socket.SentBinary[0]);
    }

    private static void Reply(FakeSocket socket, JsonObject message)
    {
        if (message.Id() > 0)
        {
            socket.Answer(message, message.Type() + "_reply", message["data"]);
        }
    }
}
