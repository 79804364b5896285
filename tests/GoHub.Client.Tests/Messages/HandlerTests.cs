using GoHub.Client.Tests.Requests;

namespace GoHub.Client.Tests.Messages;

public sealed class HandlerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handlers_GetTheirTypeInOrder_EachAwaited()
    {
        await using var trial = new Trial();
        List<int> heard = [];
        var done = new TaskCompletionSource();
        trial.Client.On<int>("n", async (n, _) =>
        {
            await Task.Yield();
            heard.Add(n);
        });
        trial.Client.On<int>("n", n => heard.Add(-n));
        trial.Client.On<int>("n", async n =>
        {
            await Task.Yield();
            heard.Add(n * 100);
        });
        trial.Client.On<string?>("done", _ => done.SetResult());
        var socket = await trial.ConnectAsync();

        for (var i = 1; i <= 3; i++)
        {
            socket.Say("n", i);
            socket.Say("other", i);
        }
        socket.Say("done");
        await done.Task.Soon();

        Assert.Equal([1, -1, 100, 2, -2, 200, 3, -3, 300], heard);
    }

    [Fact]
    public async Task Handlers_MayTakeTheMessageAsItIs()
    {
        await using var trial = new Trial();
        List<string> heard = [];
        trial.Client.On("n", m => heard.Add($"1 {m.Read<int>()}"));
        trial.Client.On("n", async m =>
        {
            await Task.Yield();
            heard.Add($"2 {m.Read<int>()}");
        });
        trial.Client.On("n", (m, cancellationToken) =>
        {
            heard.Add($"3 {m.Read<int>()} {cancellationToken.CanBeCanceled}");
            return Task.CompletedTask;
        });
        var socket = await trial.ConnectAsync();

        socket.Say("n", 5);
        await FlushAsync(trial, socket);

        Assert.Equal(["1 5", "2 5", "3 5 True"], heard);
    }

    [Fact]
    public async Task Dispose_TakesOneHandlerAway()
    {
        await using var trial = new Trial();
        var count = 0;
        Action<int> handler = _ => count++;
        var first = trial.Client.On("n", handler);
        using var second = trial.Client.On("n", handler);
        var socket = await trial.ConnectAsync();

        first.Dispose();
        first.Dispose();
        socket.Say("n", 1);
        await FlushAsync(trial, socket);

        Assert.Equal(1, count);
    }

    [Fact]
    public async Task AHandlerThatThrows_IsLogged_AndHurtsNobody()
    {
        await using var trial = new Trial();
        List<int> heard = [];
        trial.Client.On<int>("n", (_, _) => throw new FormatException("at once"));
        trial.Client.On<int>("n", async n =>
        {
            await Task.Yield();
            throw new FormatException("later");
        });
        trial.Client.On<HelloReply>("n", _ => Assert.Fail("It is no greeting."));
        trial.Client.On<int>("n", heard.Add);
        var socket = await trial.ConnectAsync();

        socket.Say("n", 1);
        socket.Say("n", 2);
        await FlushAsync(trial, socket);

        Assert.Equal([1, 2], heard);
        Assert.Equal(6, trial.Log.At(LogLevel.Error).Count(l => l == "A handler of 'n' threw"));
        Assert.Equal(GoHubClientState.Connected, trial.Client.State);
    }

    [Fact]
    public async Task Handlers_ReadBySourceGeneratedContextsToo()
    {
        await using var trial = new Trial();
        var heard = new TaskCompletionSource<string>();
        trial.Client.On("greeting", HelloJson.Default.HelloReply, (reply, _) =>
        {
            heard.SetResult(reply.Greeting);
            return Task.CompletedTask;
        });
        var socket = await trial.ConnectAsync();

        socket.Say("greeting", new { greeting = "hi" });

        Assert.Equal("hi", await heard.Task.Soon());
    }

    [Fact]
    public async Task Answers_OfOthersAndNotices_ReachHandlers()
    {
        await using var trial = new Trial();
        List<string> heard = [];
        foreach (var type in new[] { "welcome", "gap", "reconnect", "error", "room_created" })
        {
            trial.Client.On(type, (GoHubClientMessage m, CancellationToken _) =>
            {
                heard.Add(m.Type);
                return Task.CompletedTask;
            });
        }
        var socket = await trial.ConnectAsync();

        socket.Say("gap", new { lost = 1 });
        socket.Say("reconnect", new { reconnect_in = 5, reason = "restart" });
        socket.Say("error", new { code = 1005, message = "Too many.", request_id = 0 });
        socket.Say("room_created", new { room_id = "x" }, "text-id");
        socket.Say("room_created", new { room_id = "x" }, 999_999);
        await FlushAsync(trial, socket);

        Assert.Equal(["welcome", "gap", "reconnect", "error", "room_created", "room_created"], heard);
    }

    [Fact]
    public async Task AnErrorThatNobodyHandles_IsLogged()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.Say("error", new { code = 1001, message = "Nothing handles the message type 'wat'.", request_id = 0 });
        await FlushAsync(trial, socket);

        Assert.Contains(trial.Log.At(LogLevel.Warning), l => l.Contains("error 1001", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""{"message_type":5}""")]
    [InlineData("""{"message_type":"x"} trailing""")]
    [InlineData("""{"message_type":"\ud800"}""")]
    public async Task WhatIsNoEnvelope_IsLoggedAndPassedOver(string text)
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.Push(text);
        await FlushAsync(trial, socket);

        Assert.Contains("A message of the server cannot be read and is passed over", trial.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task Fragments_MakeOneMessage()
    {
        await using var trial = new Trial();
        var heard = new TaskCompletionSource<string>();
        trial.Client.On<string>("text", heard.SetResult);
        var socket = await trial.ConnectAsync();
        var text = new string('ä', 50_000);

        socket.Push($$"""{"message_type":"text","data":"{{text}}"}""", fragments: 7);

        Assert.Equal(text, await heard.Task.Soon());
    }

    [Fact]
    public async Task Binary_ReachesItsHandlers()
    {
        await using var trial = new Trial();
        List<byte[]> heard = [];
        trial.Client.OnBinary((_, _) => throw new FormatException());
        using var registration = trial.Client.OnBinary(bytes => heard.Add(bytes.ToArray()));
        var socket = await trial.ConnectAsync();

        socket.Push(WebSocketMessageType.Binary, [1, 2]);
        socket.Push(WebSocketMessageType.Binary, "{}"u8.ToArray());
        await FlushAsync(trial, socket);
        registration.Dispose();
        socket.Push(WebSocketMessageType.Binary, [3]);
        await FlushAsync(trial, socket);

        Assert.Equal([[1, 2], "{}"u8.ToArray()], heard);
        Assert.Contains("A handler of 'a binary message' threw", trial.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task AStateSubscriberThatThrows_HurtsNobody()
    {
        await using var trial = new Trial();
        var states = 0;
        trial.Client.StateChanged += _ => throw new FormatException();
        trial.Client.StateChanged += _ => states++;

        await trial.ConnectAsync();

        Assert.Equal(2, states);
        Assert.Contains("A subscriber of StateChanged threw", trial.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task ASlowHandler_HoldsUpTheReadingOnlyWhenTooMuchWaits()
    {
        await using var trial = new Trial(o => o.MaxBuffered = 3);
        var busy = new TaskCompletionSource();
        var calls = 0;
        trial.Client.On<int>("n", async _ =>
        {
            calls++;
            await busy.Task;
        });
        trial.Server.Respond = (s, m) => s.Answer(m, "pong", 0);
        var socket = await trial.ConnectAsync();

        // One is at work and two wait: the answer behind them is still read.
        for (var i = 0; i < 3; i++)
        {
            socket.Say("n", i);
        }
        Assert.Equal(0, await trial.Client.RequestAsync<int, int>("ping", 0, Cancel).Soon());
        await Waiting.Until(() => calls == 1);

        socket.Say("n", 3);
        socket.Say("n", 4);
        var asking = trial.Client.RequestAsync<int, int>("ping", 0, Cancel);
        for (var i = 0; i < 1000; i++)
        {
            await Task.Yield();
        }
        Assert.False(asking.IsCompleted);

        busy.SetResult();
        await asking.Soon();
        await Waiting.Until(() => calls == 5);
    }

    [Fact]
    public async Task TooManyWaitingBytes_HoldUpTheReadingToo()
    {
        await using var trial = new Trial(o => o.MaxBufferedBytes = 2000);
        var busy = new TaskCompletionSource();
        var calls = 0;
        trial.Client.On<string>("text", async _ =>
        {
            calls++;
            await busy.Task;
        });
        trial.Server.Respond = (s, m) => s.Answer(m, "pong", 0);
        var socket = await trial.ConnectAsync();
        socket.Say("text", "busy");
        await Waiting.Until(() => calls == 1);

        socket.Say("text", new string('x', 2500));
        var asking = trial.Client.RequestAsync<int, int>("ping", 0, Cancel);
        for (var i = 0; i < 1000; i++)
        {
            await Task.Yield();
        }
        Assert.False(asking.IsCompleted);

        busy.SetResult();
        await asking.Soon();
    }

    /// <summary>Done when everything that was said before has been handled.</summary>
    internal static async Task FlushAsync(Trial trial, FakeSocket socket)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = trial.Client.On<JsonElement>("flush", _ => done.TrySetResult());
        socket.Say("flush");
        await done.Task.Soon();
    }
}
