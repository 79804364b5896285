using GoHub.Bus;

namespace GoHub.ClusterTests.Redis;

/// <summary>What the seats in Redis do besides what every store does.</summary>
public sealed class RedisSeatsTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly TimeSpan ShortLease = TimeSpan.FromMilliseconds(400);

    private readonly List<RedisNode> _nodes = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private async Task<ISeatStore> CreateAsync() => (await NodeAsync()).Bus.Seats;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hold_that_is_not_renewed_ends_with_its_lease_and_the_key_with_it()
    {
        var (a, b) = (await ShortAsync(), await ShortAsync());
        Assert.Equal(3, await a.HoldAsync("lease", 1, 3, 3, Cancel));
        Assert.Equal(0, await b.HoldAsync("lease", 2, 1, 3, Cancel));
        await Eventually.HoldsAsync("the lease is over", async () => await b.HoldAsync("lease", 2, 1, 3, Cancel) == 1);
        Assert.Equal(2, await a.HoldAsync("lease", 1, 3, 3, Cancel));
        Assert.Equal(":1", await redis.Server.CommandAsync("EXISTS", "gohub:test:{lease}:s"));
        await Eventually.HoldsAsync("the key is gone", async () => await redis.Server.CommandAsync("EXISTS", "gohub:test:{lease}:s") == ":0");
    }

    [Fact]
    public async Task A_hold_that_is_renewed_outlives_its_lease()
    {
        var (a, b) = (await ShortAsync(), await ShortAsync());
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(2, await a.HoldAsync("renewed", 1, 2, 2, Cancel));
            Assert.Equal(0, await b.HoldAsync("renewed", 2, 2, 2, Cancel));
            await Eventually.ElapseAsync(ShortLease / 5);
        }
    }

    [Fact]
    public async Task Nothing_is_left_in_redis_of_a_room_that_nobody_holds_a_seat_of()
    {
        var seats = await ShortAsync();
        await seats.HoldAsync("empty", 1, 2, 5, Cancel);
        await seats.HoldAsync("empty", 2, 2, 5, Cancel);
        await seats.HoldAsync("empty", 1, 0, 5, Cancel);
        await seats.HoldAsync("empty", 2, 0, 5, Cancel);

        // The order of its calls is remembered for a lease, in case an earlier one is still on its way.
        await Eventually.HoldsAsync("the key is gone", async () => await redis.Server.CommandAsync("EXISTS", "gohub:test:{empty}:s") == ":0");
    }

    [Fact]
    public async Task A_call_that_arrives_after_a_later_one_has_no_effect()
    {
        var (early, late) = (await CreateAsync(), await CreateAsync());
        await late.HoldAsync("late", 1, 3, 3, Cancel);
        await late.HoldAsync("late", 1, 3, 3, Cancel);

        // The same node by another connection, whose first call was made before both.
        Assert.Equal(3, await early.HoldAsync("late", 1, 0, 3, Cancel));
        Assert.Equal(0, await early.HoldAsync("late", 2, 1, 3, Cancel));
    }

    [Fact]
    public async Task A_server_that_has_forgotten_the_script_is_given_it_again()
    {
        var seats = await CreateAsync();
        for (var i = 1; i <= 4; i++)
        {
            Assert.Equal(i, await seats.HoldAsync("script", 1, i, 5, Cancel));
            Assert.Equal("+OK", await redis.Server.CommandAsync("SCRIPT", "FLUSH", "SYNC"));
        }
    }

    [Fact]
    public async Task Two_rooms_whose_names_collide_are_not_one()
    {
        var seats = await CreateAsync();
        Assert.Equal(2, await seats.HoldAsync("collision", 1, 2, 5, Cancel));
        await redis.Server.CommandAsync("HSET", "gohub:test:{collision}:s", "room", "another");
        await Assert.ThrowsAsync<BusException>(async () => await seats.HoldAsync("collision", 1, 3, 5, Cancel));
    }

    [Fact]
    public async Task The_largest_numbers_are_kept_exactly()
    {
        var seats = await CreateAsync();
        Assert.Equal(int.MaxValue - 1, await seats.HoldAsync("large", ulong.MaxValue, int.MaxValue - 1, int.MaxValue, Cancel));
        Assert.Equal(1, await seats.HoldAsync("large", 0, 5, int.MaxValue, Cancel));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_a_bus_exception()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var node = await RedisNode.StartUpAsync(server.EndPoint);
        Assert.Equal(1, await node.Bus.Seats.HoldAsync("r", 1, 1, 1, Cancel));
        server.Pause();
        await Assert.ThrowsAsync<BusException>(async () => await node.Bus.Seats.HoldAsync("r", 1, 1, 1, Cancel));
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await node.Bus.Seats.HoldAsync("r", 1, 1, 1, soon.Token));
        server.Resume();
        await server.KillAsync();
        await Eventually.HoldsAsync("the loss is told", () => !node.Told.IsUp);
        await Assert.ThrowsAsync<BusException>(async () => await node.Bus.Seats.HoldAsync("r", 1, 1, 1, Cancel));
    }

    private async Task<RedisNode> NodeAsync(TimeSpan? lease = null)
    {
        var node = await RedisNode.StartUpAsync(redis.Server.EndPoint, lease: lease);
        _nodes.Add(node);
        return node;
    }

    private async Task<ISeatStore> ShortAsync() => (await NodeAsync(ShortLease)).Bus.Seats;
}
