namespace GoHub.Client.Tests.Rooms;

public sealed class RoomTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribe_Joins_AndGivesOneObject()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var joining = trial.Client.SubscribeAsync("lobby", Cancel);
        var again = trial.Client.SubscribeAsync("lobby", Cancel);
        var request = await socket.NextAsync("join_room");
        Assert.Equal("lobby", request.RoomId());
        Assert.False(joining.IsCompleted || again.IsCompleted);
        socket.Answer(request, "room_joined", new { room_id = "lobby", status = "joined" });

        var room = await joining.Soon();
        Assert.Same(room, await again.Soon());
        Assert.Same(room, await trial.Client.SubscribeAsync("lobby", Cancel).Soon());
        Assert.Equal(("lobby", false), (room.Id, room.IsLost));
        Assert.Equal(["join_room"], socket.SentTypes);
    }

    [Fact]
    public async Task Subscribe_InAlready_CountsAsJoined()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var joining = trial.Client.SubscribeAsync("lobby", Cancel);
        socket.Refuse(await socket.NextAsync("join_room"), 3004);

        await joining.Soon();
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(3002)]
    [InlineData(2001)]
    [InlineData(1005)]
    public async Task Subscribe_Refused_Throws_AndMayBeTriedAgain(int code)
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        var joining = trial.Client.SubscribeAsync("lobby", Cancel);
        socket.Refuse(await socket.NextAsync("join_room"), code, details: "lobby");
        Assert.Equal(code, (await Assert.ThrowsAsync<GoHubRequestException>(() => joining.Soon())).Code);

        var again = trial.Client.SubscribeAsync("lobby", Cancel);
        socket.Answer(await socket.NextAsync("join_room"), "room_joined", new { room_id = "lobby", status = "joined" });
        await again.Soon();
    }

    [Fact]
    public async Task Subscribe_BeforeTheConnection_JoinsWithIt()
    {
        await using var trial = new Trial();
        trial.Server.Respond = RoomServer.Respond;
        var joining = trial.Client.SubscribeAsync("lobby", Cancel);

        await trial.ConnectAsync();

        await joining.Soon();
    }

    [Fact]
    public async Task Subscribe_DroppedMeanwhile_Fails()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        var joining = trial.Client.SubscribeAsync("lobby", Cancel);
        await socket.NextAsync("join_room");

        socket.Drop();

        Assert.Equal(GoHubClientError.ConnectionLost, (await Assert.ThrowsAsync<GoHubClientException>(() => joining.Soon())).Error);
        var next = await trial.ReconnectAsync();
        await trial.Client.SendAsync("x", Cancel).Soon();
        await next.NextAsync("x");
    }

    [Fact]
    public async Task Subscribe_GivenUpByAll_IsLeftAgain()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var joining = trial.Client.SubscribeAsync("lobby", cancel.Token);
        var request = await socket.NextAsync("join_room");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining.Soon());
        socket.Answer(request, "room_joined", new { room_id = "lobby", status = "joined" });

        Assert.Equal("lobby", (await socket.NextAsync("leave_room")).RoomId());
    }

    [Fact]
    public async Task Subscribe_GivenUpByOneOfTwo_IsJoined()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var one = trial.Client.SubscribeAsync("lobby", cancel.Token);
        var other = trial.Client.SubscribeAsync("lobby", Cancel);
        var request = await socket.NextAsync("join_room");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Soon());
        socket.Answer(request, "room_joined", new { room_id = "lobby", status = "joined" });

        Assert.False((await other.Soon()).IsLost);
        Assert.Equal(["join_room"], socket.SentTypes);
    }

    [Fact]
    public async Task Subscribe_TimedOut_AndAnsweredLate_IsLeftAgain()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        var joining = trial.Client.SubscribeAsync("lobby", Cancel);
        var request = await socket.NextAsync("join_room");

        trial.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(GoHubClientError.Timeout, (await Assert.ThrowsAsync<GoHubClientException>(() => joining.Soon())).Error);
        socket.Answer(request, "room_joined", new { room_id = "lobby", status = "joined" });

        Assert.Equal("lobby", (await socket.NextAsync("leave_room")).RoomId());
    }

    [Fact]
    public async Task Attach_ComesBeforeTheJoin_SoThatNothingIsMissed()
    {
        await using var trial = new Trial();
        trial.Server.Respond = (socket, message) =>
        {
            RoomServer.Respond(socket, message);
            socket.Say("room_message", new { room_id = "lobby", content = "first", sender_id = "u2" });
        };
        await trial.ConnectAsync();
        var heard = new TaskCompletionSource<string?>();

        await trial.Client.SubscribeAsync("lobby", room => room.On("room_message", m => heard.TrySetResult(m.Content<string>())), Cancel).Soon();

        Assert.Equal("first", await heard.Task.Soon());
    }

    [Fact]
    public async Task Attach_ThatThrows_IsTheCallersTrouble()
    {
        await using var trial = new Trial();
        trial.Server.Respond = RoomServer.Respond;
        var socket = await trial.ConnectAsync();

        await Assert.ThrowsAsync<FormatException>(() => trial.Client.SubscribeAsync("lobby", _ => throw new FormatException(), Cancel).Soon());

        await trial.Client.SubscribeAsync("lobby", Cancel).Soon();
    }

    [Fact]
    public async Task Messages_BeginWithTheJoin()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);

        socket.Push("""{"message_id":0,"message_type":"room_message","data":{"room_id":"lobby","content":{"text":"hi"},"sender_id":"u2","timestamp":1717000000001},"client_id":"c2","timestamp":1717000000000}""");
        socket.Say("room_message", new { room_id = "elsewhere", content = "not here" });
        socket.Say("gap", new { room_id = "lobby" });
        socket.Say("room_message", new { room_id = "lobby", content = "second" });
        await using var messages = room.Messages.GetAsyncEnumerator(Cancel);

        Assert.True(await messages.MoveNextAsync().Soon());
        var first = messages.Current;
        Assert.Equal("hi", first.Content<JsonElement>().GetProperty("text").GetString());
        Assert.Equal(("u2", "c2", "lobby", 0), (first.SenderId, first.ClientId, first.RoomId, first.Missed));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1717000000000), first.Timestamp);
        Assert.True(await messages.MoveNextAsync().Soon());
        Assert.Equal("second", messages.Current.Content<string>());
    }

    [Fact]
    public async Task Handlers_HearWhatIsAboutTheirRoom()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);
        List<string> heard = [];
        var done = new TaskCompletionSource();
        room.On("gap", m => heard.Add("gap " + m.Read<JsonElement>().GetProperty("lost").GetInt32()));
        room.On("app", async m =>
        {
            await Task.Yield();
            heard.Add("app " + m.RoomId);
        });
        using (room.On("gap", _ => heard.Add("gone")))
        {
        }
        room.On("last", (_, _) =>
        {
            done.SetResult();
            return Task.CompletedTask;
        });

        socket.Say("gap", new { room_id = "lobby", lost = 3 });
        socket.Say("gap", new { room_id = "other", lost = 4 });
        socket.Say("gap", new { lost = 5 });
        socket.Say("app", new { room_id = "lobby" });
        socket.Say("last", new { room_id = "lobby" });
        await done.Task.Soon();

        Assert.Equal(["gap 3", "app lobby"], heard);
    }

    [Fact]
    public async Task Send_EndsWithTheAck()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);

        var sending = room.SendAsync(new { text = "hi" }, Cancel);
        var message = await socket.NextAsync("room_message");
        socket.Answer(message, "ack", new { status = "ok", level = "bus" });

        Assert.Equal("bus", (await sending.Soon()).Level);
        Assert.Equal("""{"room_id":"lobby","content":{"text":"hi"}}""", message["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Send_OnANodeWithoutABus_HasNoLevel()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);

        var sending = room.SendAsync("hi", Cancel);
        socket.Answer(await socket.NextAsync("room_message"), "ack", new { status = "ok" });

        Assert.Null((await sending.Soon()).Level);
    }

    [Fact]
    public async Task Members_AreListed()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);

        var asking = room.MembersAsync(Cancel);
        socket.Answer(await socket.NextAsync("room_members"), "room_members",
            new { room_id = "lobby", members = new object[] { new { client_id = "c1", user_id = "u1" }, new { client_id = "c2" } }, missing = new[] { "n2" } });

        var members = await asking.Soon();
        Assert.Equal([new GoHubClientMember("c1", "u1"), new GoHubClientMember("c2", null)], members);
        Assert.Equal((2, "n2", "c1"), (members.Count, Assert.Single(members.Missing), members[0].ClientId));
    }

    [Fact]
    public async Task Leave_EndsTheMessages_AndTellsNobodyThatItIsLost()
    {
        await using var trial = new Trial();
        trial.Server.Respond = RoomServer.Respond;
        var (socket, room) = await InAsync(trial);
        room.Lost += _ => Assert.Fail("It was left.");
        await using var messages = room.Messages.GetAsyncEnumerator(Cancel);
        var next = messages.MoveNextAsync().AsTask();

        await room.LeaveAsync(Cancel).Soon();
        await room.LeaveAsync(Cancel).Soon();

        Assert.False(await next.Soon());
        Assert.True(room.IsLost);
        Assert.Equal(["join_room", "leave_room"], socket.SentTypes);
        Assert.Equal(GoHubClientError.RoomLost, (await Assert.ThrowsAsync<GoHubClientException>(() => room.SendAsync("x", Cancel).Soon())).Error);
        Assert.Equal(GoHubClientError.RoomLost, (await Assert.ThrowsAsync<GoHubClientException>(() => room.MembersAsync(Cancel).Soon())).Error);
        await using var late = room.Messages.GetAsyncEnumerator(Cancel);
        Assert.False(await late.MoveNextAsync().Soon());
        Assert.NotSame(room, await trial.Client.SubscribeAsync("lobby", Cancel).Soon());
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(3003)]
    public async Task Leave_OutAlready_IsLeft(int code)
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);

        var leaving = room.LeaveAsync(Cancel);
        socket.Refuse(await socket.NextAsync("leave_room"), code);
        await leaving.Soon();

        Assert.True(room.IsLost);
    }

    [Fact]
    public async Task Leave_Refused_StaysIn()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);

        var leaving = room.LeaveAsync(Cancel);
        socket.Refuse(await socket.NextAsync("leave_room"), 2001);
        await Assert.ThrowsAsync<GoHubRequestException>(() => leaving.Soon());

        Assert.False(room.IsLost);
        socket.Drop();
        await RejoinsAsync(trial, "lobby");
    }

    [Fact]
    public async Task Leave_WithoutAConnection_IsDoneAtOnce_AndItIsNotJoinedAgain()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);
        socket.Drop();
        await trial.ReachesAsync(GoHubClientState.Waiting);

        await room.LeaveAsync(Cancel).Soon();

        var next = await trial.ReconnectAsync();
        await trial.Client.SendAsync("x", Cancel).Soon();
        await next.NextAsync("x");
        Assert.Equal(["x"], next.SentTypes);
    }

    [Fact]
    public async Task Leave_AtADrop_IsLeft_AndItIsNotJoinedAgain()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);
        var leaving = room.LeaveAsync(Cancel);
        await socket.NextAsync("leave_room");

        socket.Drop();
        await leaving.Soon();

        Assert.True(room.IsLost);
        var next = await trial.ReconnectAsync();
        await trial.Client.SendAsync("x", Cancel).Soon();
        await next.NextAsync("x");
    }

    [Fact]
    public async Task Subscribe_WhileBeingLeft_JoinsAnew()
    {
        await using var trial = new Trial();
        var (socket, room) = await InAsync(trial);
        var leaving = room.LeaveAsync(Cancel);
        var leave = await socket.NextAsync("leave_room");
        var joining = trial.Client.SubscribeAsync("lobby", Cancel);
        var join = await socket.NextAsync("join_room");

        socket.Answer(leave, "room_left", new { room_id = "lobby", status = "left" });
        socket.Answer(join, "room_joined", new { room_id = "lobby", status = "joined" });
        await leaving.Soon();
        var again = await joining.Soon();

        Assert.NotSame(room, again);
        Assert.True(room.IsLost);
        Assert.False(again.IsLost);
    }

    internal static async Task<(FakeSocket Socket, GoHubClientRoom Room)> InAsync(Trial trial, string id = "lobby")
    {
        var socket = await trial.ConnectAsync();
        var joining = trial.Client.SubscribeAsync(id, Cancel);
        var request = await socket.NextAsync("join_room");
        if (trial.Server.Respond is null)
        {
            socket.Answer(request, "room_joined", new { room_id = id, status = "joined" });
        }
        return (socket, await joining.Soon());
    }

    private static async Task RejoinsAsync(Trial trial, string id)
    {
        var next = await trial.ReconnectAsync();
        Assert.Equal(id, (await next.NextAsync("join_room")).RoomId());
    }
}
