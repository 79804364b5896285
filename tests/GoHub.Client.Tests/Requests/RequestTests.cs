using System.Text.Json.Serialization;

namespace GoHub.Client.Tests.Requests;

public sealed record HelloRequest(string Name);

public sealed record HelloReply(string Greeting);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HelloRequest))]
[JsonSerializable(typeof(HelloReply))]
public sealed partial class HelloJson : JsonSerializerContext;

public sealed class RequestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_IsAnsweredByItsId()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var first = trial.Client.RequestAsync<HelloRequest, HelloReply>("hello", new("Ada"), Cancel);
        var second = trial.Client.RequestAsync<HelloRequest, HelloReply>("hello", new("Bob"), HelloJson.Default.HelloRequest, HelloJson.Default.HelloReply, cancellationToken: Cancel);
        var (ada, bob) = (await socket.NextAsync("hello"), await socket.NextAsync("hello"));
        socket.Answer(bob, "hello_reply", new { greeting = "Hello, Bob!" });
        socket.Answer(ada, "hello_reply", new { greeting = "Hello, Ada!" });

        Assert.Equal("Hello, Ada!", (await first.Soon()).Greeting);
        Assert.Equal("Hello, Bob!", (await second.Soon()).Greeting);
        Assert.Equal("""{"name":"Ada"}""", ada["data"]!.ToJsonString());
        Assert.True(ada.Id() > 0 && bob.Id() == ada.Id() + 1);
    }

    [Fact]
    public async Task Request_WithoutData_SendsNone()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var asking = trial.Client.RequestAsync<JsonElement>("list_rooms", Cancel);
        var request = await socket.NextAsync("list_rooms");
        socket.Answer(request, "rooms", new { rooms = Array.Empty<int>() });

        Assert.False(request.ContainsKey("data"));
        Assert.Equal("""{"rooms":[]}""", (await asking.Soon()).GetRawText());
    }

    [Fact]
    public async Task Request_AnsweredWithAnError_ThrowsIt()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var asking = trial.Client.RequestAsync<int, int>("order.place", 1, Cancel);
        socket.Refuse(await socket.NextAsync(), 2001, "The permission 'order:write' is needed.", "order:write");

        var error = await Assert.ThrowsAsync<GoHubRequestException>(() => asking.Soon());
        Assert.Equal((2001, "The permission 'order:write' is needed.", "order:write"), (error.Code, error.Message, error.Details));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"code":"x"}""")]
    public async Task Request_AnsweredWithAnErrorThatIsNone_IsAnUnknownError(string data)
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var asking = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        socket.Push($$"""{"message_type":"error","data":{{data}},"request_id":{{(await socket.NextAsync()).Id()}}}""");

        Assert.Equal(1000, (await Assert.ThrowsAsync<GoHubRequestException>(() => asking.Soon())).Code);
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"greeting":null}""")]
    public async Task Request_AnsweredWithSomethingElse_SaysWhatDoesNotFit(string data)
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var asking = trial.Client.RequestAsync<HelloRequest, HelloReply>("hello", new("Ada"), Cancel);
        socket.Push($$"""{"message_type":"hello_reply","data":{{data}},"request_id":{{(await socket.NextAsync()).Id()}}}""");

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => asking.Soon());
        Assert.Equal(GoHubClientError.InvalidAnswer, error.Error);
        Assert.IsType<JsonException>(error.InnerException);
        Assert.Equal(GoHubClientState.Connected, trial.Client.State);
    }

    [Fact]
    public async Task Request_AnsweredWithoutData_IsNullWhereThatMayBe()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var asking = trial.Client.RequestAsync<object?, object?>("x", null, Cancel);
        socket.Push($$"""{"message_type":"x_reply","request_id":{{(await socket.NextAsync()).Id()}}}""");

        Assert.Null(await asking.Soon());
    }

    [Fact]
    public async Task Request_WithoutAnAnswer_TimesOut_AndALateAnswerReachesNobody()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        List<string> seen = [];
        trial.Client.On("x_reply", (GoHubClientMessage m, CancellationToken _) =>
        {
            seen.Add(m.Type);
            return Task.CompletedTask;
        });

        var asking = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        var request = await socket.NextAsync();
        trial.Clock.Advance(TimeSpan.FromMilliseconds(9999));
        Assert.False(asking.IsCompleted);
        trial.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(GoHubClientError.Timeout, (await Assert.ThrowsAsync<GoHubClientException>(() => asking.Soon())).Error);
        socket.Answer(request, "x_reply", 1);
        await PingAsync(trial, socket);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task Request_HasATimeoutOfItsOwn()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var slow = trial.Client.RequestAsync<int, int>("slow", 1, TimeSpan.FromMinutes(1), Cancel);
        var usual = trial.Client.RequestAsync<int, int>("usual", 1, Cancel);
        var quick = trial.Client.RequestAsync<int, int>("quick", 1, TimeSpan.FromSeconds(1), Cancel);
        trial.Clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<GoHubClientException>(() => quick.Soon());
        Assert.False(usual.IsCompleted);
        trial.Clock.Advance(TimeSpan.FromSeconds(9));
        await Assert.ThrowsAsync<GoHubClientException>(() => usual.Soon());
        trial.Clock.Advance(TimeSpan.FromSeconds(49));
        Assert.False(slow.IsCompleted);
        trial.Clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<GoHubClientException>(() => slow.Soon());
    }

    [Fact]
    public async Task Request_Cancelled_EndsWithTheToken()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        using var cancel = new CancellationTokenSource();

        var asking = trial.Client.RequestAsync<int, int>("x", 1, cancel.Token);
        var request = await socket.NextAsync();
        await cancel.CancelAsync();

        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon())).CancellationToken);
        socket.Answer(request, "x_reply", 1);
        await PingAsync(trial, socket);
    }

    [Fact]
    public async Task Request_CancelledBefore_IsNotSent()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trial.Client.RequestAsync<int, int>("x", 1, new CancellationToken(canceled: true)));

        await PingAsync(trial, socket);
        Assert.Equal(["ping"], socket.SentTypes);
    }

    [Fact]
    public async Task Request_InFlightAtADrop_FailsAtOnce_AndIsNeverSentAgain()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var asking = trial.Client.RequestAsync<int, int>("pay", 1, Cancel);
        await socket.NextAsync("pay");
        socket.PushClose(1011, "fell over");

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => asking.Soon());
        Assert.Equal((GoHubClientError.ConnectionLost, 1011), (error.Error, error.CloseCode));
        Assert.Contains("unknown", error.Message, StringComparison.Ordinal);
        var next = await trial.ReconnectAsync();
        await PingAsync(trial, next);
        Assert.Equal(["ping"], next.SentTypes);
    }

    [Fact]
    public async Task Request_AtAStop_Fails()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var asking = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        await socket.NextAsync("x");
        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(GoHubClientError.Stopped, (await Assert.ThrowsAsync<GoHubClientException>(() => asking.Soon())).Error);
        Assert.Equal(GoHubClientError.Stopped, (await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.RequestAsync<int, int>("x", 1, Cancel).Soon())).Error);
    }

    [Fact]
    public async Task Ids_GoOnAfterAReconnect()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        var lost = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        var before = await socket.NextAsync();
        socket.Drop();
        await Assert.ThrowsAsync<GoHubClientException>(() => lost.Soon());
        var next = await trial.ReconnectAsync();

        var asking = trial.Client.RequestAsync<int, int>("x", 1, Cancel);
        var after = await next.NextAsync();
        // What a server might still say about the first one.
        next.Answer(before, "x_reply", -1);
        next.Answer(after, "x_reply", 1);

        Assert.True(after.Id() > before.Id());
        Assert.Equal(1, await asking.Soon());
    }

    [Fact]
    public async Task Request_FromAHandler_IsAnswered()
    {
        await using var trial = new Trial();
        var answer = new TaskCompletionSource<int>();
        trial.Client.On<int>("x", async (n, cancellationToken) => answer.SetResult(await trial.Client.RequestAsync<int, int>("double", n, cancellationToken)));
        var socket = await trial.ConnectAsync();

        socket.Say("x", 21);
        socket.Answer(await socket.NextAsync("double"), "double_reply", 42);

        Assert.Equal(42, await answer.Task.Soon());
    }

    [Fact]
    public async Task Requests_ByManyThreads_AreAllAnswered()
    {
        await using var trial = new Trial();
        trial.Server.Respond = (s, request) => s.Answer(request, "echo_reply", request["data"]);
        await trial.ConnectAsync();

        await Waiting.InParallel(4, thread =>
        {
            var asked = Enumerable.Range(0, 250).Select(i => trial.Client.RequestAsync<int, int>("echo", (thread * 1000) + i, Cancel)).ToArray();
            Assert.Equal(Enumerable.Range(0, 250).Select(i => (thread * 1000) + i), Task.WhenAll(asked).Soon().GetAwaiter().GetResult());
        });
    }

    [Fact]
    public async Task Request_BadArguments_AreThrownAtOnce()
    {
        await using var trial = new Trial();

        Assert.Throws<ArgumentException>(() => { _ = trial.Client.RequestAsync<int, int>("", 1, Cancel); });
        Assert.Throws<ArgumentNullException>(() => { _ = trial.Client.RequestAsync<int, int>(null!, 1, Cancel); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = trial.Client.RequestAsync<int, int>("x", 1, TimeSpan.Zero, Cancel); });
        Assert.Throws<ArgumentException>(() => { _ = trial.Client.SendAsync("", 1, Cancel); });
        await Assert.ThrowsAsync<ArgumentException>(async () => await trial.Client.SubscribeAsync("", Cancel));
    }

    private static async Task PingAsync(Trial trial, FakeSocket socket)
    {
        // What comes before its answer has been handled when that is here.
        var asking = trial.Client.RequestAsync<int, int>("ping", 0, Cancel);
        JsonObject request;
        do
        {
            request = await socket.NextAsync();
        }
        while (request.Type() != "ping");
        socket.Answer(request, "pong", 0);
        await asking.Soon();
    }
}
