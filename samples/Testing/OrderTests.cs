using GoHub;
using GoHub.Client;
using GoHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Orders;

public sealed class OrderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    #region testing-first
    [Fact]
    public async Task Who_places_an_order_gets_its_number()
    {
        await using var cluster = await StartAsync(nodes: 1);
        await using var alice = await cluster[0].ConnectAsync("alice", ["order:write"]);

        var order = await alice.RequestAsync<PlaceOrder, PlacedOrder>("order.place", new("tea"));

        Assert.Equal(new PlacedOrder(1, "alice", "tea"), order);
    }

    [Fact]
    public async Task Who_may_not_is_refused()
    {
        await using var cluster = await StartAsync(nodes: 1);
        await using var bob = await cluster[0].ConnectAsync("bob", ["read:message"]);

        var refused = await Assert.ThrowsAsync<GoHubRequestException>(() => bob.RequestAsync<PlaceOrder, PlacedOrder>("order.place", new("tea")));

        Assert.Equal((int)GoHubErrorCode.Forbidden, refused.Code);
    }
    #endregion

    #region testing-cluster
    [Fact]
    public async Task An_order_is_told_to_the_users_other_device_on_another_node()
    {
        await using var cluster = await StartAsync(nodes: 2);
        await using var desk = await cluster[0].ConnectAsync("alice");
        await using var phone = await cluster[1].ConnectAsync("alice");
        var told = new TaskCompletionSource<PlacedOrder>();
        using var listening = phone.On<PlacedOrder>("order.placed", told.SetResult);

        await desk.RequestAsync<PlaceOrder, PlacedOrder>("order.place", new("tea"));

        Assert.Equal("tea", (await told.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).Item);
    }

    [Fact]
    public async Task When_a_node_dies_its_clients_go_on_at_another()
    {
        await using var cluster = await StartAsync(nodes: 2);
        await using var alice = await cluster.ConnectAsync("alice"); // as through a load balancer

        await cluster.Nodes.Single(n => n.Hub.Local.ConnectionCount == 1).KillAsync();

        var order = await alice.RequestAsync<PlaceOrder, PlacedOrder>("order.place", new("tea")); // kept until it is connected again
        Assert.Equal(1, order.Number);
    }
    #endregion

    #region testing-time
    [Fact]
    public async Task After_a_minute_an_order_is_late()
    {
        await using var cluster = await StartAsync(nodes: 1);
        await using var alice = await cluster[0].ConnectAsync("alice");
        await alice.RequestAsync<PlaceOrder, PlacedOrder>("order.place", new("tea"));
        Assert.Equal(0, await alice.RequestAsync<object?, int>("order.late", null));

        await cluster.Clock.AdvanceAsync(TimeSpan.FromSeconds(61), Cancel);

        Assert.Equal(1, await alice.RequestAsync<object?, int>("order.late", null));
    }
    #endregion

    #region testing-start
    private static Task<GoHubTestCluster> StartAsync(int nodes)
    {
        var book = new OrderBook();
        return GoHubTestCluster.StartAsync(options =>
        {
            options.Nodes = nodes;
            options.Map = OrdersHub.Map;
            options.Configure = app => app.Services.AddSingleton(book);
        });
    }
    #endregion
}
