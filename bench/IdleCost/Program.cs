using System.Globalization;
using GoHub.IdleCost;

// What one idle connection costs: authenticated by a token of its own, in one room, on the epoll engine; all objects real but for the sockets.
// dotnet run -c Release --project bench/IdleCost -- --connections 1000000 --rooms 1
var connections = Argument("--connections", 100_000);
int[] roomCounts = Argument("--rooms", 0) is > 0 and var only ? [only] : [100, 1];

foreach (var rooms in roomCounts)
{
    await using var node = new IdleNode();
    // What is made once, and the first sizes of tables, are no connection's cost.
    await node.GrowToAsync(1_000, rooms);
    var empty = Footprint.Take();
    Console.WriteLine($"{rooms} room{(rooms == 1 ? "" : "s")}:");
    foreach (var share in (int[])[8, 4, 2, 1])
    {
        await node.GrowToAsync(connections / share, rooms);
        var (heap, resident) = Footprint.Take().Since(empty);
        var count = node.Count - 1_000;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{node.Count,9:N0} connections: {(double)heap / count,7:N0} B of managed heap and {(double)resident / count,7:N0} B resident for each"));
    }
}

int Argument(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
