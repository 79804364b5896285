using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 16: members come and go at once on two nodes, by their own wish, by the server's and by losing the connection. Afterwards nobody is deaf and nobody a ghost.</summary>
public sealed class Flapping
{
    private const int Rooms = 3;
    private const int PerNode = 4;

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Joins_and_leaves_on_two_nodes_leave_no_room_deaf_and_no_ghost(string bus)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var cluster = await RowCluster.StartNewAsync(bus);
        var before = (await cluster.Bus.SubjectsAsync()).Length;
        var random = new Random(seed);
        var clients = new List<Caller>();
        for (var i = 0; i < PerNode * 2; i++)
        {
            clients.Add(await Caller.ConnectAsync(cluster.Nodes[i % 2]));
        }
        for (var round = 0; round < 6; round++)
        {
            var joined = await Task.WhenAll(clients.Select(c => FlapAsync(c, new Random(random.Next()))));
            for (var room = 0; room < Rooms; room++)
            {
                var (id, members) = ($"room{room}", clients.Where((_, i) => joined[i].Contains(room)).ToArray());
                foreach (var sender in members)
                {
                    await sender.SayAsync(id, $"{round}");
                    foreach (var other in members.Where(m => m != sender))
                    {
                        await other.HearsAsync(id, sender, $"{round}");
                    }
                }
                if (members.Length > 0)
                {
                    Assert.Equal(members.Select(m => m.Id).Order(StringComparer.Ordinal), await members[^1].MembersAsync(id));
                }
            }
            for (var i = 0; i < clients.Count; i++)
            {
                foreach (var room in joined[i])
                {
                    await clients[i].LeaveAsync($"room{room}");
                }
            }
        }
        await GoneAsync(cluster, before);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task The_last_leave_and_the_first_join_of_a_room_at_one_moment(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus);
        var before = (await cluster.Bus.SubjectsAsync()).Length;
        await using var far = await Caller.ConnectAsync(cluster.B);
        await using var one = await Caller.ConnectAsync(cluster.A);
        await using var two = await Caller.ConnectAsync(cluster.A);
        await far.JoinAsync("room");
        var (inside, outside) = (one, two);
        await inside.JoinAsync("room");
        for (var i = 0; i < 150; i++)
        {
            await Task.WhenAll(inside.LeaveAsync("room"), outside.JoinAsync("room"));
            (inside, outside) = (outside, inside);
            await far.SayAsync("room", $"{i}");
            await inside.HearsAsync("room", far, $"{i}");
        }
        // The ear lingers for a second: leave, and join when it is about to go.
        for (var i = 0; i < 6; i++)
        {
            await inside.LeaveAsync("room");
            await Eventually.ElapseAsync(TimeSpan.FromMilliseconds(900 + (i * 70)));
            await inside.JoinAsync("room");
            await far.SayAsync("room", $"late {i}");
            await inside.HearsAsync("room", far, $"late {i}");
        }
        await inside.LeaveAsync("room");
        await far.LeaveAsync("room");
        await GoneAsync(cluster, before);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task A_join_by_the_server_on_another_node_races_the_end_of_the_connection(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus);
        var before = (await cluster.Bus.SubjectsAsync()).Length;
        for (var round = 0; round < 4; round++)
        {
            var going = new List<Caller>();
            for (var i = 0; i < 20; i++)
            {
                going.Add(await Caller.ConnectAsync(cluster.B));
            }
            await Task.WhenAll(going.SelectMany((c, i) => new[]
            {
                cluster.A.Hub.Room("room").JoinAsync(c.Id, TestContext.Current.CancellationToken).AsTask(),
                Task.Run(() => EndAsync(c, byReset: i % 2 == 0)),
            }));
        }
        await Eventually.HoldsAsync("nobody is left", () => cluster.B.Hub.Nodes.Self.Connections == 0);
        foreach (var node in cluster.Nodes)
        {
            await Eventually.HoldsAsync("no ghosts", async () => (await node.Hub.Rooms.GetAsync("room", TestContext.Current.CancellationToken))?.Members is null or 0);
        }
        await GoneAsync(cluster, before);
    }

    private static Task GoneAsync(RowCluster cluster, int before) =>
        Eventually.HoldsAsync("the subscriptions are as before", async () => (await cluster.Bus.SubjectsAsync()).Length == before, TimeSpan.FromSeconds(5));

    /// <returns>The rooms it is in at the end.</returns>
    private static async Task<HashSet<int>> FlapAsync(Caller caller, Random random)
    {
        var joined = new HashSet<int>();
        for (var step = 0; step < 40; step++)
        {
            var room = random.Next(Rooms);
            if (joined.Remove(room))
            {
                await caller.LeaveAsync($"room{room}");
            }
            else
            {
                await caller.JoinAsync($"room{room}");
                joined.Add(room);
            }
        }
        return joined;
    }

    private static async Task EndAsync(Caller caller, bool byReset)
    {
        if (byReset)
        {
            caller.Wire.Reset();
        }
        else
        {
            await caller.CloseAsync();
        }
    }
}
