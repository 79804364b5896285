using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>C11: a node gets what its members want and nothing else, and subscribes for rooms, not for connections.</summary>
public sealed class Interest
{
    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task A_node_without_members_gets_none_of_a_room_s_messages(string bus)
    {
        const int Count = 1000;
        await using var cluster = await RowCluster.StartNewAsync(bus);
        await using var a = await Caller.ConnectAsync(cluster.A);
        await using var b = await Caller.ConnectAsync(cluster.B);
        await a.JoinAsync("here");
        await b.JoinAsync("there");
        for (var i = 0; i < Count; i++)
        {
            await a.Wire.SendAsync("room_message", new { room_id = "here", content = i });
        }
        await a.SayAsync("here", "the last");
        await a.JoinAsync("there");
        await a.SayAsync("there", "one");
        await b.HearsAsync("there", a, "one");
        Assert.Equal(1, await RowCluster.ReceivedAsync(cluster.B, "room"));

        await b.LeaveAsync("there");
        await Eventually.HoldsAsync("what is said there no longer comes", async () =>
        {
            var before = await RowCluster.ReceivedAsync(cluster.B, "room");
            await a.SayAsync("there", "two");
            await b.HearsNothingFromAsync(a);
            return await RowCluster.ReceivedAsync(cluster.B, "room") == before;
        });
        Assert.Equal(3, (await RowCluster.MetricsAsync(cluster.B))["gohub_bus_subscriptions"]);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Subscriptions_count_rooms_and_not_connections(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus);
        var before = (await cluster.Bus.SubjectsAsync()).Length;
        var clients = new List<Caller>();
        foreach (var (connections, rooms) in new[] { (10, 2), (200, 2), (200, 7) })
        {
            while (clients.Count < connections)
            {
                clients.Add(await Caller.ConnectAsync(cluster.Nodes[clients.Count % 2], $"user{clients.Count}"));
                await clients[^1].JoinAsync($"room{clients.Count % 4 / 2}");
            }
            for (var room = 2; room < rooms; room++)
            {
                await clients[0].JoinAsync($"room{room}");
            }
            Assert.Equal(before + rooms, (await cluster.Bus.SubjectsAsync()).Length);
        }
    }
}
