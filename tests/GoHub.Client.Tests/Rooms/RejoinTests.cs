namespace GoHub.Client.Tests.Rooms;

public sealed class RejoinTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rooms_AreJoinedAgain_BeforeWhatWaits()
    {
        await using var trial = new Trial();
        var (socket, lobby) = await RoomTests.InAsync(trial);
        var joining = trial.Client.SubscribeAsync("bar", Cancel);
        socket.Answer(await socket.NextAsync("join_room"), "room_joined", new { room_id = "bar", status = "joined" });
        var bar = await joining.Soon();
        var (lobbyAgain, barAgain) = (Again(lobby), Again(bar));
        socket.Drop();
        await trial.ReachesAsync(GoHubClientState.Waiting);
        var sending = lobby.SendAsync("kept", Cancel);
        await trial.Client.SendAsync("also kept", Cancel).Soon();

        var next = await trial.ReconnectAsync();
        var (first, second) = (await next.NextAsync("join_room"), await next.NextAsync("join_room"));
        Assert.Equal(["bar", "lobby"], new[] { first.RoomId(), second.RoomId() }.Order());
        next.Answer(first, "room_joined", new { room_id = first.RoomId(), status = "joined" });
        Assert.Equal(2, next.Sent.Count);
        next.Refuse(second, 3004);
        next.Answer(await next.NextAsync("room_message"), "ack", new { status = "ok" });
        await next.NextAsync("also kept");

        await sending.Soon();
        await Task.WhenAll(lobbyAgain, barAgain).Soon();
        Assert.False(lobby.IsLost || bar.IsLost);
    }

    [Fact]
    public async Task WhatIsSentWhileRoomsAreJoined_WaitsForThem()
    {
        await using var trial = new Trial(o => o.MaxQueued = 1);
        var (socket, _) = await RoomTests.InAsync(trial);
        socket.Drop();
        var next = await trial.ReconnectAsync();
        var join = await next.NextAsync("join_room");

        await trial.Client.SendAsync("behind", Cancel).Soon();
        await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("too much", Cancel).Soon());
        Assert.Equal(["join_room"], next.SentTypes);
        next.Answer(join, "room_joined", new { room_id = "lobby", status = "joined" });

        await next.NextAsync("behind");
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(3002)]
    [InlineData(2001)]
    public async Task ARoomThatIsRefused_IsLost(int code)
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        var lost = Lost(room);
        await using var messages = room.Messages.GetAsyncEnumerator(Cancel);
        var reading = messages.MoveNextAsync().AsTask();
        socket.Drop();
        var next = await trial.ReconnectAsync();
        await trial.Client.SendAsync("after", Cancel).Soon();

        next.Refuse(await next.NextAsync("join_room"), code, "No more.");

        var told = await lost.Soon();
        Assert.Equal((GoHubRoomLoss.Refused, "No more.", code), (told.Cause, told.Reason, Assert.IsType<GoHubRequestException>(told.Error).Code));
        Assert.True(room.IsLost);
        Assert.False(await reading.Soon());
        await next.NextAsync("after");
        next.Drop();
        var third = await trial.ReconnectAsync();
        await trial.Client.SendAsync("x", Cancel).Soon();
        await third.NextAsync("x");
    }

    [Theory]
    [InlineData(1005)]
    [InlineData(1006)]
    public async Task ARoomThatIsRefusedForNow_IsAskedForAgain(int code)
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        var again = Again(room);
        socket.Drop();
        var next = await trial.ReconnectAsync();

        next.Refuse(await next.NextAsync("join_room"), code);
        var join = await NextJoinAsync(trial, next);
        next.Answer(join, "room_joined", new { room_id = "lobby", status = "joined" });

        await again.Soon();
        Assert.False(room.IsLost);
    }

    [Fact]
    public async Task ARoomThatIsRefusedForNow_ForTooLong_IsLost()
    {
        var time = new CountingTime();
        await using var trial = new Trial(o => o.TimeProvider = time);
        var (socket, room) = await RoomTests.InAsync(trial);
        var lost = Lost(room);
        trial.Server.Respond = (s, m) => s.Refuse(m, 1006);
        socket.Drop();

        // The reconnect, and then pauses that double.
        foreach (var after in new[] { 0.5, 1, 2, 4, 8, 16 })
        {
            await time.ComeToAsync(TimeSpan.FromSeconds(after));
        }

        Assert.Equal(1006, Assert.IsType<GoHubRequestException>((await lost.Soon()).Error).Code);
    }

    [Fact]
    public async Task AJoinThatIsNotAnswered_EndsTheConnection_AndTheRoomIsKept()
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        socket.Drop();
        var next = await trial.ReconnectAsync();
        await next.NextAsync("join_room");

        trial.Clock.Advance(TimeSpan.FromSeconds(10));
        await Waiting.Until(() => next.ClosedWith == WebSocketCloseStatus.NormalClosure);
        var third = await trial.ReconnectAsync();

        Assert.Equal("lobby", (await third.NextAsync("join_room")).RoomId());
        Assert.False(room.IsLost);
    }

    [Fact]
    public async Task ADropWhileJoining_JoinsOnTheNextConnection()
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        var again = Again(room);
        socket.Drop();
        var next = await trial.ReconnectAsync();
        await next.NextAsync("join_room");
        next.Drop();
        var third = await trial.ReconnectAsync();

        third.Answer(await third.NextAsync("join_room"), "room_joined", new { room_id = "lobby", status = "joined" });

        await again.Soon();
    }

    [Fact]
    public async Task ManyRooms_AreNotAskedForAllAtOnce()
    {
        await using var trial = new Trial();
        trial.Server.Respond = RoomServer.Respond;
        var socket = await trial.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => trial.Client.SubscribeAsync($"room-{i}", Cancel))).Soon();
        trial.Server.Respond = null;
        socket.Drop();
        var next = await trial.ReconnectAsync();

        await Waiting.Until(() => next.Sent.Count == 32);
        next.Respond = RoomServer.Respond;
        foreach (var join in next.Sent)
        {
            RoomServer.Respond(next, join);
        }
        await Waiting.Until(() => next.Sent.Count == 100);
    }

    [Fact]
    public async Task ARoomThatIsLeftMeanwhile_IsNotJoinedAgain()
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        room.Rejoined += () => Assert.Fail("It was left.");
        socket.Drop();
        var next = await trial.ReconnectAsync();
        var join = await next.NextAsync("join_room");

        var leaving = room.LeaveAsync(Cancel);
        next.Answer(join, "room_joined", new { room_id = "lobby", status = "joined" });
        next.Answer(await next.NextAsync("leave_room"), "room_left", new { room_id = "lobby", status = "left" });

        await leaving.Soon();
    }

    internal static Task<GoHubClientRoomLost> Lost(GoHubClientRoom room)
    {
        var lost = new TaskCompletionSource<GoHubClientRoomLost>(TaskCreationOptions.RunContinuationsAsynchronously);
        room.Lost += lost.SetResult;
        return lost.Task;
    }

    private static Task Again(GoHubClientRoom room)
    {
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        room.Rejoined += again.SetResult;
        return again.Task;
    }

    private static async Task<JsonObject> NextJoinAsync(Trial trial, FakeSocket socket)
    {
        var next = socket.NextAsync("join_room");
        while (!next.IsCompleted)
        {
            trial.Clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
        return await next;
    }
}
