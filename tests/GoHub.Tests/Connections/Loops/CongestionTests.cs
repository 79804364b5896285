using GoHub.Connections;
using GoHub.Connections.Loops;

namespace GoHub.Tests.Connections.Loops;

/// <summary>Who publishes faster than the loops deliver waits; what waits for a loop has a bound.</summary>
public sealed class CongestionTests
{
    [Fact]
    public async Task Room_PublishedToWithoutEnd_MakesThePublisherWaitUntilTheLoopHasCaughtUp()
    {
        await using var node = Slow();
        for (var i = 0; i < 8; i++)
        {
            node.Connect("room");
        }
        await AssertWaitsAsync(node, () => node.Node.Hub.Room("room").SendRawAsync("x"u8.ToArray()), (Lanes.MaxPendingDeliveries / 8) + 1);
    }

    [Fact]
    public async Task Everybody_PublishedToWithoutEnd_CountsEachConnection()
    {
        await using var node = Slow();
        for (var i = 0; i < 8; i++)
        {
            node.Connect();
        }
        await AssertWaitsAsync(node, () => node.Node.Hub.All.SendRawAsync("x"u8.ToArray()), (Lanes.MaxPendingDeliveries / 8) + 1);
    }

    [Fact]
    public async Task LargeMessages_MakeThePublisherWaitBeforeAnyIsDropped()
    {
        await using var node = Slow();
        node.Connect("room");
        var large = new byte[1 << 20];
        await AssertWaitsAsync(node, () => node.Node.Hub.Room("room").SendRawAsync(large), (int)(Lanes.ManyPendingBytes >> 20) + 1);
    }

    [Fact]
    public async Task Messages_OfOneWhoDoesNotWait_AreBoundedAndCountedAsDropped()
    {
        await using var node = Slow();
        var (_, connection) = node.Connect();
        await node.Loop.SettledAsync();
        using var dropped = new Counted(node.Node, "gohub_messages_dropped_total");
        using var gate = LoopGate.Close(node.Loop);
        var frame = Peer.Message("x");
        var sent = 0;
        while (connection.Enqueue(frame) == EnqueueResult.Accepted)
        {
            // Small frames cost more than their bytes.
            Assert.InRange(++sent, 0, Lanes.MaxPendingBytes / 100);
        }
        Assert.Equal(1, dropped.Value);
        await gate.OpenAsync();
        await node.Loop.SettledAsync();

        Assert.False(node.Lanes.IsCongested);
        Assert.False(node.Loop.Lane.IsBehind);
    }

    [Fact]
    public async Task Requests_WhileTheNodeIsBehind_WaitAndAreThenAllAnswered()
    {
        await using var node = new LoopNode(2, o => (o.WriteTimeout, o.SendQueue.MaxMessages) = (TimeSpan.Zero, 100_000));
        node.Connect("room");
        var (asker, _) = node.Connect(null, 1, (connection, message) =>
        {
            connection.Enqueue(Peer.Message("answer to " + message.Text));
            return ValueTask.CompletedTask;
        });
        await Task.WhenAll(node.Loop.SettledAsync(), asker.SettledAsync());
        using (var gate = LoopGate.Close(node.Loop))
        {
            await PublishUntilWaitingAsync(() => node.Node.Hub.Room("room").SendRawAsync(new byte[1 << 20]), 100);
            await asker.SendAsync(Frames.Text("a"), Frames.Text("b"), Frames.Text("c"));
            Assert.Equal("answer to a", await asker.ReadTextAsync());
            await asker.AssertSilentAsync();
            Assert.Single(asker.Server.Messages);
            await gate.OpenAsync();
        }

        Assert.Equal("answer to b", await asker.ReadTextAsync());
        Assert.Equal("answer to c", await asker.ReadTextAsync());
    }

    // Members that read nothing: what they do not get is dropped, and only the way to their loop is looked at.
    private static LoopNode Slow() => new(1, static o => (o.SendQueue.WhenFull, o.SendQueue.MaxMessages, o.WriteTimeout) = (SlowConsumer.DropNewest, 16, TimeSpan.Zero));

    private static async Task AssertWaitsAsync(LoopNode node, Func<ValueTask<PublishResult>> publish, int most)
    {
        await node.Loop.SettledAsync();
        using var dropped = new Counted(node.Node, "gohub_messages_dropped_total");
        ValueTask<PublishResult> waiting;
        using (var gate = LoopGate.Close(node.Loop))
        {
            waiting = await PublishUntilWaitingAsync(publish, most + 1);
            Assert.Equal(0, dropped.Value);
            await gate.OpenAsync();
        }
        await waiting.Soon();
        Assert.False(node.Lanes.IsCongested);
    }

    private static Task<ValueTask<PublishResult>> PublishUntilWaitingAsync(Func<ValueTask<PublishResult>> publish, int most)
    {
        for (var published = 0; ; published++)
        {
            Assert.InRange(published, 0, most);
            var sending = publish();
            if (!sending.IsCompleted)
            {
                return Task.FromResult(sending);
            }
        }
    }
}
