namespace GoHub.IntegrationTests.Rooms;

/// <summary>A room of ten seats and two hundred who want one, some of whom die on the way.</summary>
public sealed class CapacityRace(SharedServer server)
{
    private const int Seats = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Never_more_than_the_seats_are_taken_and_those_of_the_dead_are_free_again(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var room = $"race-{Guid.NewGuid():N}";
        await using var watcher = await server.ConnectAsync();
        await watcher.AskAsync("create_room", new { room_id = room, max_clients = Seats }, "room_created");

        var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.ConnectAsync()));
        var dying = clients.Select(_ => random.Next(4) == 0).ToArray();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var joins = clients.Select((client, i) => JoinAsync(client, room, dying[i], start.Task)).ToArray();
        start.SetResult();
        while (!Task.WhenAll(joins).IsCompleted)
        {
            Assert.InRange(await MembersAsync(watcher, room), 0, Seats);
        }
        var outcomes = await Task.WhenAll(joins);

        var seated = outcomes.Count(o => o == "room_joined");
        Assert.InRange(seated, 0, Seats);
        Assert.All(outcomes.Where((_, i) => !dying[i]), o => Assert.Contains(o, new[] { "room_joined", "3002" }));
        await Eventually.HoldsAsync("only the living are members", async () => await MembersAsync(watcher, room) == seated);

        await FillAsync(clients.Where((_, i) => outcomes[i] == "3002"), room, Seats - seated, watcher);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
        await Eventually.HoldsAsync("all seats are free", async () => await MembersAsync(watcher, room) == 0);
    }

    [Fact]
    public async Task Joining_and_leaving_all_the_time_loses_no_seat()
    {
        var room = $"flap-{Guid.NewGuid():N}";
        await using var watcher = await server.ConnectAsync();
        await watcher.AskAsync("create_room", new { room_id = room, max_clients = Seats }, "room_created");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            await using var client = await server.ConnectAsync();
            for (var i = 0; i < 25; i++)
            {
                await client.SendAsync("join_room", new { room_id = room });
                if ((await client.ReceiveAsync()).Type == "room_joined")
                {
                    await client.AskAsync("leave_room", new { room_id = room }, "room_left");
                }
            }
        }));
        Assert.Equal(0, await MembersAsync(watcher, room));
        await FillAsync(await Task.WhenAll(Enumerable.Range(0, Seats + 1).Select(_ => server.ConnectAsync())), room, Seats, watcher);
    }

    // Those who were refused try again: exactly the free seats are given.
    private static async Task FillAsync(IEnumerable<WireClient> waiting, string room, int free, WireClient watcher)
    {
        var got = 0;
        foreach (var client in waiting)
        {
            await client.SendAsync("join_room", new { room_id = room });
            got += (await client.ReceiveAsync()).Type == "room_joined" ? 1 : 0;
        }
        Assert.Equal(free, got);
        Assert.Equal(Seats, await MembersAsync(watcher, room));
    }

    private static async Task<string> JoinAsync(WireClient client, string room, bool dies, Task start)
    {
        await start;
        await client.SendAsync("join_room", new { room_id = room });
        if (dies)
        {
            client.Reset();
            return "died";
        }
        var reply = await client.ReceiveAsync();
        return reply.Type == "error" ? $"{reply.ErrorCode}" : reply.Type;
    }

    private static async Task<int> MembersAsync(WireClient watcher, string room) =>
        (await watcher.AskAsync("room_members", new { room_id = room }, "room_members")).Data.GetProperty("members").GetArrayLength();
}
