namespace GoHub.Client.Tests.Rooms;

public sealed class LosingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kicked", "spam", GoHubRoomLoss.Kicked)]
    [InlineData("evicted", null, GoHubRoomLoss.Evicted)]
    [InlineData("left", null, GoHubRoomLoss.Left)]
    public async Task RoomLeft_ThatNobodyAskedFor_LosesTheRoom(string status, string? reason, GoHubRoomLoss cause)
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        var lost = RejoinTests.Lost(room);
        List<string> heard = [];
        room.On("room_left", m => heard.Add(m.Type));

        socket.Say("room_left", reason is null ? new { room_id = "lobby", status } : (object)new { room_id = "lobby", status, reason });

        Assert.Equal(new GoHubClientRoomLost(cause, reason), await lost.Soon());
        Assert.Equal(["room_left"], heard);
        Assert.True(room.IsLost);
    }

    [Fact]
    public async Task RoomDeleted_LosesTheRoom_AfterItsLastMessages()
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        var lost = RejoinTests.Lost(room);

        socket.Say("room_message", new { room_id = "lobby", content = 1 });
        socket.Say("room_deleted", new { room_id = "lobby" });

        Assert.Equal(GoHubRoomLoss.Deleted, (await lost.Soon()).Cause);
        List<int> read = [];
        await foreach (var message in room.Messages.WithCancellation(Cancel))
        {
            read.Add(message.Content<int>());
        }
        Assert.Equal([1], read);
    }

    [Fact]
    public async Task DeletedByThisClientPastTheRoom_LosesIt()
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        var lost = RejoinTests.Lost(room);

        var deleting = trial.Client.RequestAsync<JsonElement, JsonElement>("delete_room", JsonElement.Parse("""{"room_id":"lobby"}"""), Cancel);
        socket.Answer(await socket.NextAsync("delete_room"), "room_deleted", new { room_id = "lobby" });

        await deleting.Soon();
        Assert.Equal(GoHubRoomLoss.Deleted, (await lost.Soon()).Cause);
    }

    [Fact]
    public async Task AStop_LosesTheRooms()
    {
        await using var trial = new Trial();
        var (_, room) = await RoomTests.InAsync(trial);
        var lost = RejoinTests.Lost(room);
        await using var messages = room.Messages.GetAsyncEnumerator(Cancel);
        var reading = messages.MoveNextAsync().AsTask();

        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(GoHubRoomLoss.Stopped, (await lost.Soon()).Cause);
        Assert.False(await reading.Soon());
        var socket = await trial.ConnectAsync();
        await trial.Client.SendAsync("x", Cancel).Soon();
        await socket.NextAsync("x");
    }

    [Fact]
    public async Task AJoinUnderWay_EndsWithTheStop()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        var joining = trial.Client.SubscribeAsync("lobby", Cancel);
        await socket.NextAsync("join_room");

        await trial.Client.StopAsync(Cancel).Soon();

        Assert.Equal(GoHubClientError.Stopped, (await Assert.ThrowsAsync<GoHubClientException>(() => joining.Soon())).Error);
    }

    [Fact]
    public async Task ASubscriberThatThrows_HurtsNobody()
    {
        await using var trial = new Trial();
        var (socket, room) = await RoomTests.InAsync(trial);
        room.Lost += _ => throw new FormatException();
        var lost = RejoinTests.Lost(room);

        socket.Say("room_deleted", new { room_id = "lobby" });

        await lost.Soon();
        Assert.Contains("A subscriber of Lost threw", trial.Log.At(LogLevel.Error));
    }
}
