using GoHub.Client.Tests.Requests;

namespace GoHub.Client.Tests.EndToEnd;

public sealed class MessagesEndToEnd
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Echo_Typed_Raw_AndBySourceGeneration()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);

        Assert.Equal("Hello, Ada!", (await session.Client.RequestAsync<HelloRequest, HelloReply>("hello", new("Ada"), Cancel).Soon()).Greeting);
        Assert.Equal("Hello, Bob!", (await session.Client.RequestAsync("hello", new HelloRequest("Bob"), HelloJson.Default.HelloRequest, HelloJson.Default.HelloReply, cancellationToken: Cancel).Soon()).Greeting);
        Assert.Equal("ü😀\"\\\n", await session.Client.RequestAsync<string, string>("echo", "ü😀\"\\\n", Cancel).Soon());
        Assert.Equal("nobody", await session.Client.RequestAsync<string>("who", Cancel).Soon());
        Assert.Equal(32, session.Client.ConnectionId!.Length);
        Assert.Null(session.Client.UserId);
    }

    [Fact]
    public async Task Errors_AreTyped()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);

        Assert.Equal((int)GoHubErrorCode.InvalidFormat, (await RefusedAsync(() => session.Client.RequestAsync<object?, object?>("wat", null, Cancel))).Code);
        Assert.Equal((int)GoHubErrorCode.ServerError, (await RefusedAsync(() => session.Client.RequestAsync<object?, object?>("fail", new object(), Cancel))).Code);
        var missing = await RefusedAsync(() => session.Client.RequestAsync<JsonElement, JsonElement>("delete_room", JsonElement.Parse("""{"room_id":"nope"}"""), Cancel));
        Assert.Contains(missing.Code, new[] { (int)GoHubErrorCode.Forbidden, (int)GoHubErrorCode.RoomNotFound });
    }

    [Fact]
    public async Task ThousandsOfRequests_InEachOthersWay_AreAllAnswered()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);

        var asked = Enumerable.Range(0, 5000).Select(i => session.Client.RequestAsync<int, int>("echo", i, Cancel)).ToArray();

        Assert.Equal(Enumerable.Range(0, 5000), await Task.WhenAll(asked).Soon());
    }

    [Fact]
    public async Task Binary_GoesBothWays()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);
        var heard = new TaskCompletionSource<byte[]>();
        session.Client.OnBinary(bytes => heard.TrySetResult(bytes.ToArray()));

        await session.Client.SendBinaryAsync(new byte[] { 0, 255, 7 }, Cancel).Soon();

        Assert.Equal([0, 255, 7], await heard.Task.Soon());
    }

    [Fact]
    public async Task WhatTheServerSends_ReachesHandlersAndEnumerations()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);
        var heard = new TaskCompletionSource<HelloReply>();
        session.Client.On<HelloReply>("news", heard.SetResult);
        await using var news = session.Client.Messages("news").GetAsyncEnumerator(Cancel);
        var reading = news.MoveNextAsync().AsTask();

        // A connection is welcomed a moment before it hears what is sent to all.
        await session.Client.RequestAsync<string>("who", Cancel).Soon();
        await server.Hub.All.SendAsync("news", new HelloReply("to all"), Cancel);

        Assert.Equal("to all", (await heard.Task.Soon()).Greeting);
        Assert.True(await reading.Soon());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LargeMessages_GoBothWays_CompressedOrNot(bool compressed)
    {
        await using var server = await HubServer.StartNewAsync(o => (o.MaxMessageSize, o.Compression.Enabled) = (4 * 1024 * 1024, true));
        await using var session = await Session.StartAsync(server.Address, o => (o.Compression, o.MaxMessageSize) = (compressed, 4 * 1024 * 1024));
        var random = new Random(1);

        foreach (var size in new[] { 10, 4000, 4096, 70_000, 2_000_000 })
        {
            var bytes = new byte[size / 2];
            random.NextBytes(bytes);
            var text = Convert.ToBase64String(bytes) + new string('x', size / 2);
            Assert.Equal(text, await session.Client.RequestAsync<string, string>("echo", text, Cancel).Soon());
        }
    }

    [Fact]
    public async Task AMessageTooLargeForTheServer_StopsTheClientForGood()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);

        var asking = session.Client.RequestAsync<string, string>("echo", new string('x', 100_000), Cancel);

        await Assert.ThrowsAsync<GoHubClientException>(() => asking.Soon());
        Assert.Equal(1009, (await session.HasBeenAsync(GoHubClientState.Stopped)).CloseCode);
    }

    private static Task<GoHubRequestException> RefusedAsync(Func<Task> ask) => Assert.ThrowsAsync<GoHubRequestException>(() => ask().Soon());
}
