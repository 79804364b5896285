using System.Collections.Concurrent;
using System.Diagnostics;
using GoHub.Client;
using GoHub.Testing;

namespace GoHub.ReconnectTests;

/// <summary>A node is lost with all its clients: they come to another at once, and are let in at the rate that it can bear.</summary>
public sealed class StormTests
{
    private const int Clients = 2_000;
    private const int PerSecond = 250;

    // Between being let in and being counted lies the check of the token, which on a busy machine does not take equally long for all.
    private const int Counted = PerSecond + (PerSecond / 10);

    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Two_thousand_clients_that_lose_their_node_are_back_on_another_within_20_seconds()
    {
        var connected = new ConcurrentQueue<DateTimeOffset>();
        await using var cluster = await GoHubTestCluster.StartAsync(
            options =>
            {
                options.Hub = hub => hub.Limits.ConnectsPerSecond = PerSecond;
                options.Map = hub => hub.OnConnected((ConnectedEvent e) => connected.Enqueue(e.Time));
            },
            TestContext.Current.CancellationToken);
        var clients = Enumerable.Range(0, Clients).Select(i => cluster.CreateClient($"user-{i}")).ToArray();
        try
        {
            await Task.WhenAll(clients.Select(c => c.StartAsync(TestContext.Current.CancellationToken)));
            var (old, other) = (cluster[0], await cluster.AddNodeAsync(TestContext.Current.CancellationToken));
            Assert.Equal(Clients, old.Hub.Local.ConnectionCount);
            connected.Clear();

            var clock = Stopwatch.StartNew();
            await old.KillAsync();
            await Eventually.HoldsAsync("all are back", () => other.Hub.Local.ConnectionCount == Clients, within: BackWithin);

            TestContext.Current.TestOutputHelper?.WriteLine($"{Clients} clients were back after {clock.Elapsed.TotalSeconds:0.0} s");
            await Eventually.HoldsAsync("all are counted", () => connected.Count == Clients);
            Assert.InRange(Busiest([.. connected.Order()]), 1, Counted);
        }
        finally
        {
            await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
        }
    }

    /// <summary>The most in any one second.</summary>
    private static int Busiest(DateTimeOffset[] times)
    {
        var most = 0;
        for (int first = 0, last = 0; last < times.Length; last++)
        {
            while (times[last] - times[first] >= TimeSpan.FromSeconds(1))
            {
                first++;
            }
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }
}
