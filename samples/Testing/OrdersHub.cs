using System.Collections.Concurrent;
using GoHub;

namespace Orders;

/// <summary>The app under test: who places an order hears of it in a room of their own, until a minute has passed and the order is late.</summary>
internal static class OrdersHub
{
    public static void Map(GoHubEndpointBuilder hub)
    {
        hub.MapMessage("order.place", async (PlaceOrder order, GoHubConnection client, OrderBook book, TimeProvider time, CancellationToken cancellationToken) =>
        {
            var placed = book.Place(client.UserId!, order.Item, time.GetUtcNow());
            await client.Hub.User(client.UserId!).SendAsync("order.placed", placed, cancellationToken);
            return placed;
        }).RequirePermission("order:write");

        hub.MapMessage("order.late", (OrderBook book, TimeProvider time) => book.Late(time.GetUtcNow()));
    }
}

internal sealed record PlaceOrder(string Item);

internal sealed record PlacedOrder(int Number, string By, string Item);

/// <summary>All orders; one book for all nodes, as a database would be.</summary>
internal sealed class OrderBook
{
    private readonly ConcurrentDictionary<int, (PlacedOrder Order, DateTimeOffset At)> _orders = new();

    public PlacedOrder Place(string by, string item, DateTimeOffset at)
    {
        var order = new PlacedOrder(_orders.Count + 1, by, item);
        _orders[order.Number] = (order, at);
        return order;
    }

    public int Late(DateTimeOffset now) => _orders.Values.Count(o => now - o.At > TimeSpan.FromMinutes(1));
}
