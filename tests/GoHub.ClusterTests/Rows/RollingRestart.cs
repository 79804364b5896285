using System.Collections.Concurrent;
using System.Diagnostics;
using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 13: each node in turn says goodbye, and its clients go elsewhere while the others talk on.</summary>
public sealed class RollingRestart
{
    private const int Clients = 36;

    // Of a second's clients, so that those of one node take a second or so.
    private const int Rate = 10;

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Clients_move_in_peace_and_no_node_is_taken_for_dead(string bus)
    {
        await using var cluster = await RowNodes.StartNewAsync(bus, 3, $"Drain:Rate={Rate}");
        await using var watcher = await InProcessNode.StartNewAsync("watcher", hub => cluster.Bus.Join(hub), "Cluster:Namespace=rows");
        await Eventually.HoldsAsync("it knows the others", () => watcher.Hub.Nodes.Count == 4);
        var draining = new ConcurrentDictionary<int, bool>();
        var goodbyes = new ConcurrentBag<(int Node, TimeSpan At)>();
        var problems = new ConcurrentBag<string>();
        var clock = Stopwatch.StartNew();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(i => RoamAsync(i)).ToArray();
        await Eventually.HoldsAsync("all are in", async () => await MembersAsync(cluster.Nodes[0]) == Clients);

        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            var (node, others) = (cluster.Nodes[i], cluster.Nodes.Where((_, j) => j != i).ToArray());
            draining[i] = true;
            var stopping = node.StopAsync();
            await Eventually.HoldsAsync($"{node.Name} is seen to drain", () => stopping.IsCompleted || watcher.Hub.Nodes.List().Any(n => n.Name == node.Name && n.Status == NodeStatus.Draining));
            Assert.False(stopping.IsCompleted);
            Assert.Equal(0, await stopping);
            await Eventually.HoldsAsync($"{node.Name} is not seen any more", () => watcher.Hub.Nodes.Count == 3, TimeSpan.FromSeconds(2));
            // The last client was gone before the node: what it says when it leaves is at the others at once.
            foreach (var other in others)
            {
                await Eventually.HoldsAsync($"{other.Name} knows that {node.Name} has left", () => other.Output.Count(l => l.Contains($"Node {node.Name} (", StringComparison.Ordinal) && l.Contains("has left", StringComparison.Ordinal)) == 1, TimeSpan.FromSeconds(2));
            }
            await Eventually.HoldsAsync("all are in again", async () =>
            {
                // A client that could not come back says why; waiting for it would say nothing.
                await Task.WhenAll(clients.Where(c => c.IsFaulted));
                return await MembersAsync(others[0]) == Clients;
            });
            await node.StartAsync();
            draining.TryRemove(i, out _);
            foreach (var any in cluster.Nodes)
            {
                await RowNodes.KnowsAsync(any, 4);
            }
        }
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Empty(problems);
        Assert.All(cluster.Nodes, n => Assert.DoesNotContain(n.Output, l => l.Contains("counts as gone", StringComparison.Ordinal) || l.Contains("bus is down", StringComparison.Ordinal)));
        foreach (var node in goodbyes.GroupBy(g => g.Node).Where(g => g.Count() > Rate))
        {
            // Spread: so many at such a rate take so long, less the first and one tick.
            var spread = node.Max(g => g.At) - node.Min(g => g.At);
            Assert.InRange(spread.TotalSeconds, (node.Count() - 2.0) / Rate * 0.7, (node.Count() / (double)Rate) + 5);
        }
        Assert.InRange(goodbyes.Count, Clients, Clients * 3);

        async Task RoamAsync(int number)
        {
            var at = number % 3;
            while (!stop.IsCancellationRequested)
            {
                await using var client = await RowNodes.ConnectAsync(cluster.Nodes[at], $"user{number}");
                await client.Wire.SendAsync("join_room", new { room_id = "room" }, 1);
                // A message of another member may come between becoming one and being told so.
                while ((await client.Wire.ReceiveAsync()).Type != "room_joined")
                {
                }
                var told = false;
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
                var sending = SendAsync(client, timer);
                while (!stop.IsCancellationRequested && await ReadAsync(client) is { } frame)
                {
                    if (frame.Opcode == Opcode.Close)
                    {
                        goodbyes.Add((at, clock.Elapsed));
                        if (frame.CloseCode != 1012 || !told)
                        {
                            problems.Add($"user{number} was closed by {frame.CloseCode}, told before: {told}");
                        }
                        break;
                    }
                    told |= Message.Parse(frame.Payload).Type == "reconnect";
                }
                timer.Dispose();
                await sending;
                at = Enumerable.Range(1, 3).Select(step => (at + step) % 3).First(n => !draining.ContainsKey(n));
            }
        }

        async Task<ServerFrame?> ReadAsync(Caller client)
        {
            try
            {
                return await client.Wire.ReadMessageAsync();
            }
            catch (TimeoutException) when (stop.IsCancellationRequested)
            {
                return null;
            }
        }

        static async Task SendAsync(Caller client, PeriodicTimer timer)
        {
            while (await timer.WaitForNextTickAsync())
            {
                await client.Wire.TrySendBytesAsync(ClientFrame.Text("""{"message_type":"room_message","data":{"room_id":"room","content":"hi"}}""").ToBytes());
            }
        }
    }

    private static async Task<int> MembersAsync(NodeProcess node)
    {
        await using var client = await RowNodes.ConnectAsync(node, "the one who counts");
        return (await client.MembersAsync("room")).Length;
    }
}
