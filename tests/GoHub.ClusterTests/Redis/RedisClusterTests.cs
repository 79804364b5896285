using GoHub.Bus;

namespace GoHub.ClusterTests.Redis;

/// <summary>A Redis Cluster, with rooms on sharded channels.</summary>
public sealed class RedisClusterTests
{
    private static readonly BusSubjects Subjects = new("test");

    [Fact]
    public async Task Rooms_go_by_sharded_channels_and_everything_else_does_not()
    {
        await using var server = await ClusterAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint, sharded: true);
        await using var b = await RedisNode.StartUpAsync(server.EndPoint, sharded: true);
        await a.SubscribeAsync(Subjects.Room("lobby"));
        await a.SubscribeAsync(Subjects.All);
        Assert.Equal(":1", await FirstAsync(server, "SHARDCHANNELS", Subjects.Room("lobby")));
        Assert.Equal(":0", await FirstAsync(server, "CHANNELS", Subjects.Room("lobby")));
        Assert.Equal(":1", await FirstAsync(server, "CHANNELS", Subjects.All));
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(BusPublish.Sent, b.Publish(Subjects.Room("lobby"), $"{i}"));
        }
        await a.HearsAsync(b, Subjects.Room("lobby"), "room");
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), a.Told.Texts.SkipLast(1));
        await a.HearsAsync(b, Subjects.All, "all");
        Assert.Equal(2, await a.Bus.Seats.HoldAsync("lobby", 1, 5, 2, TestContext.Current.CancellationToken));

        a.Bus.Unsubscribe(Subjects.Room("lobby"));
        await Eventually.HoldsAsync("it is unsubscribed", async () => await FirstAsync(server, "SHARDCHANNELS", Subjects.Room("lobby")) == ":0");
    }

    [Fact]
    public async Task Sharded_channels_come_back_with_the_server()
    {
        await using var server = await ClusterAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint, sharded: true);
        for (var i = 0; i < 500; i++)
        {
            await a.SubscribeAsync(Subjects.Room($"r{i}"));
        }
        await server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await Eventually.HoldsAsync("it is down and up", () => a.Told.States.Count == 3 && a.Told.IsUp);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(BusPublish.Sent, a.Publish(Subjects.Room($"r{i}"), $"{i}"));
        }
        await Eventually.HoldsAsync("all have come", () => a.Told.Count == 500);
    }

    /// <summary>One server of a cluster counts its own subscribers only.</summary>
    [Fact]
    public async Task In_a_cluster_nobody_is_not_known()
    {
        await using var server = await ClusterAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint);
        await a.SubscribeAsync(Subjects.All);
        Assert.Equal(BusPublish.Sent, a.Publish(Subjects.Node(9), "anybody?", 5));
        await a.HearsAsync(a, Subjects.All, "done");
        Assert.Empty(a.Told.Nobody);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_three_servers_each_subject_keeps_its_order(bool sharded)
    {
        await using var one = await RedisServer.StartInClusterAsync();
        await using var two = await RedisServer.StartInClusterAsync();
        await using var three = await RedisServer.StartInClusterAsync();
        await one.CommandAsync("CLUSTER", "ADDSLOTSRANGE", "0", "5000");
        await two.CommandAsync("CLUSTER", "ADDSLOTSRANGE", "5001", "10000");
        await three.CommandAsync("CLUSTER", "ADDSLOTSRANGE", "10001", "16383");
        await two.CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{one.Port}", $"{one.ClusterPort}");
        await three.CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{one.Port}", $"{one.ClusterPort}");
        foreach (var server in new[] { one, two, three })
        {
            await Eventually.HoldsAsync("all know all", async () => await server.CommandAsync("EVAL", "return #redis.call('CLUSTER', 'SLOTS')", "0") == ":3"
                && (await server.CommandAsync("GET", "x")) is not "-CLUSTERDOWN Hash slot not served" and not "-CLUSTERDOWN The cluster is down", TimeSpan.FromSeconds(30));
        }
        await using var a = await RedisNode.StartUpAsync(one.EndPoint, sharded: sharded);
        await using var b = await RedisNode.StartUpAsync(two.EndPoint, sharded: sharded);
        for (var room = 0; room < 20; room++)
        {
            await a.SubscribeAsync(Subjects.Room($"r{room}"));
            Assert.Equal(1, await a.Bus.Seats.HoldAsync($"r{room}", 1, 2, 1, TestContext.Current.CancellationToken));
        }
        for (var i = 0; i < 4_000; i++)
        {
            Assert.Equal(BusPublish.Sent, b.Publish(Subjects.Room($"r{i % 20}"), $"{i % 20}:{i}"));
        }
        await Eventually.HoldsAsync("all have come", () => a.Told.Count == 4_000);
        foreach (var room in a.Told.Texts.Select(t => t.Split(':')).GroupBy(t => t[0], t => int.Parse(t[1], System.Globalization.CultureInfo.InvariantCulture)))
        {
            Assert.Equal(room.Order(), room);
        }
        await two.KillAsync();
        await Eventually.HoldsAsync("the loss of one is a loss", () => a.Told.States.Count > 1);
        await two.StartAsync();
        await a.IsUpAsync();
        await b.IsUpAsync();
        for (var room = 0; room < 20; room++)
        {
            Assert.Equal(BusPublish.Sent, b.Publish(Subjects.Room($"r{room}"), $"again {room}"));
        }
        await Eventually.HoldsAsync("every room is there", () => a.Told.Texts.Count(t => t.StartsWith("again", StringComparison.Ordinal)) == 20);
    }

    [Fact]
    public async Task A_single_server_has_sharded_channels_too()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var a = await RedisNode.StartUpAsync(server.EndPoint, sharded: true);
        await a.SubscribeAsync(Subjects.Room("lobby"));
        await a.HearsAsync(a, Subjects.Room("lobby"), "hello");
        Assert.Equal(BusPublish.Sent, a.Publish(Subjects.Room("empty"), "anybody?", 5));
        await Eventually.HoldsAsync("nobody is there", () => a.Told.Nobody.Contains(5UL));
    }

    private static async Task<RedisServer> ClusterAsync()
    {
        var server = await RedisServer.StartInClusterAsync();
        Assert.Equal("+OK", await server.CommandAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383"));
        await Eventually.HoldsAsync("the cluster is ready", async () => (await server.CommandAsync("SET", "ready", "1")) == "+OK");
        return server;
    }

    private static Task<string> FirstAsync(RedisServer server, string what, string channel) =>
        server.CommandAsync("EVAL", $"return #redis.call('PUBSUB', '{what}', ARGV[1])", "0", channel);
}
