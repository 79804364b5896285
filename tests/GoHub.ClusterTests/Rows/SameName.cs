using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 11: nothing is routed by a node's name.</summary>
public sealed class SameName
{
    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Two_nodes_with_one_name_work_and_each_says_so_once(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus, [], 0);
        cluster.MayLogErrors = true;
        await cluster.AddAsync("twin", null);
        await cluster.AddAsync("twin", null);
        await cluster.MeetAsync();
        await using var a = await Caller.ConnectAsync(cluster.A, "alice");
        await using var b = await Caller.ConnectAsync(cluster.B, "bob");
        await a.JoinAsync("room");
        await b.JoinAsync("room");
        // Several signs of life later, too.
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(5);)
        {
            await a.SayAsync("room", "hi");
            await b.HearsAsync("room", a, "hi");
            await b.TellAsync(a.Id, "you");
            await a.Wire.ExpectAsync("direct_message");
            await a.TellAsync("bob", "you");
            await b.Wire.ExpectAsync("direct_message");
            await Eventually.ElapseAsync(TimeSpan.FromMilliseconds(100));
        }
        Assert.Equal(RoomResult.Ok, await cluster.A.Hub.Room("room").KickAsync(b.Id, "", TestContext.Current.CancellationToken));
        await b.Wire.ReceiveAsync();
        Assert.Equal([a.Id], await b.MembersAsync("room"));
        Assert.All(cluster.Nodes, n => Assert.Contains("named twin too", Assert.Single(n.Errors), StringComparison.Ordinal));
    }
}
