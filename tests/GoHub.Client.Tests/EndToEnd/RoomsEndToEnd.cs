namespace GoHub.Client.Tests.EndToEnd;

public sealed class RoomsEndToEnd
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoClients_Talk()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var ada = await Session.StartAsync(server.Address);
        await using var bob = await Session.StartAsync(server.Address);
        var adasRoom = await ada.Client.SubscribeAsync("lobby", Cancel).Soon();
        var bobsRoom = await bob.Client.SubscribeAsync("lobby", Cancel).Soon();

        Assert.Null((await adasRoom.SendAsync(new { text = "hi" }, Cancel).Soon()).Level);
        await using var messages = bobsRoom.Messages.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync().Soon());

        Assert.Equal("hi", messages.Current.Content<JsonElement>().GetProperty("text").GetString());
        Assert.Equal((ada.Client.ConnectionId, ada.Client.ConnectionId), (messages.Current.ClientId, messages.Current.SenderId));
        Assert.NotNull(messages.Current.Timestamp);
        var members = await bobsRoom.MembersAsync(Cancel).Soon();
        Assert.Equal(new[] { ada.Client.ConnectionId, bob.Client.ConnectionId }.Order(), members.Select(m => m.ClientId).Order());

        await adasRoom.LeaveAsync(Cancel).Soon();
        Assert.Single(await bobsRoom.MembersAsync(Cancel).Soon());
    }

    [Fact]
    public async Task AKick_AndADeletion_LoseTheRoom()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address);
        var kicked = await session.Client.SubscribeAsync("one", Cancel).Soon();
        var deleted = await session.Client.SubscribeAsync("two", Cancel).Soon();
        var (first, second) = (Rooms.RejoinTests.Lost(kicked), Rooms.RejoinTests.Lost(deleted));

        await server.Hub.Room("one").KickAsync(session.Client.ConnectionId!, "spam", Cancel);
        await server.Hub.Rooms.DeleteAsync("two", Cancel);

        Assert.Equal(new GoHubClientRoomLost(GoHubRoomLoss.Kicked, "spam"), await first.Soon());
        Assert.Equal(GoHubRoomLoss.Deleted, (await second.Soon()).Cause);
        await session.Client.SubscribeAsync("one", Cancel).Soon();
    }

    [Fact]
    public async Task AfterARestart_TheRoomIsJoinedAgain_AndWhatWaitedIsHeard()
    {
        await using var server = await HubServer.StartNewAsync();
        await using var ada = await Session.StartAsync(server.Address);
        await using var bob = await Session.StartAsync(server.Address);
        var adasRoom = await ada.Client.SubscribeAsync("lobby", Cancel).Soon();
        var again = new TaskCompletionSource();
        adasRoom.Rejoined += again.SetResult;
        await server.StopAsync();
        var asking = bob.Client.RequestAsync<string, string>("echo", "kept", Cancel);

        await server.StartAsync();

        await again.Task.Soon();
        Assert.Equal("kept", await asking.Soon());
        await server.Hub.Room("lobby").SendAsync("news", 1, Cancel);
        Assert.Equal(ada.Client.ConnectionId, Assert.Single(await adasRoom.MembersAsync(Cancel).Soon()).ClientId);
    }
}
