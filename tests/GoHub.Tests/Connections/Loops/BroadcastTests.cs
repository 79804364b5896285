using System.Globalization;
using GoHub.Rooms;

namespace GoHub.Tests.Connections.Loops;

/// <summary>Rooms whose members are on loops: who hears what, and in which order.</summary>
public sealed class BroadcastTests
{
    [Fact]
    public async Task Leave_WhileMessagesAreOnTheirWay_IsFollowedByNoneOfThem()
    {
        await using var node = new LoopNode();
        var (leaver, leaving) = node.Connect("room");
        var (stayer, _) = node.Connect("room");
        await node.Loop.SettledAsync();
        using (var gate = LoopGate.Close(node.Loop))
        {
            Room(node).Broadcast(Peer.Message("1"), null);
            // A new member makes a new audience; the message before went to the old one.
            node.Connect("room");
            Room(node).Broadcast(Peer.Message("2"), null);
            node.Node.Rooms.Leave("room", leaving);
            leaving.Enqueue(Peer.Message("you have left"));
            Room(node).Broadcast(Peer.Message("3"), null);
            await gate.OpenAsync();
        }

        Assert.Equal("you have left", await leaver.ReadTextAsync());
        await leaver.AssertSilentAsync();
        foreach (var text in (string[])["1", "2", "3"])
        {
            Assert.Equal(text, await stayer.ReadTextAsync());
        }
    }

    [Fact]
    public async Task Delete_WhileMessagesAreOnTheirWay_IsFollowedByNoneOfThem()
    {
        await using var node = new LoopNode();
        var (peer, _) = node.Connect("room");
        await node.Loop.SettledAsync();
        using (var gate = LoopGate.Close(node.Loop))
        {
            var room = Room(node);
            room.Broadcast(Peer.Message("1"), null);
            node.Connect("room");
            room.Broadcast(Peer.Message("2"), null);
            node.Node.Rooms.Delete("room");
            await gate.OpenAsync();
        }

        Assert.Contains("room_deleted", await peer.ReadTextAsync(), StringComparison.Ordinal);
        await peer.AssertSilentAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broadcast_OfOnesOwn_ComesBeforeTheAnswerToIt(bool handlerLeavesTheLoop)
    {
        await using var node = new LoopNode();
        var (peer, _) = node.Connect("room", onMessage: async (connection, message) =>
        {
            if (handlerLeavesTheLoop)
            {
                await Task.Yield();
            }
            Room(node).Broadcast(Peer.Message("message " + message.Text), null);
            connection.Enqueue(Peer.Message("ack " + message.Text));
        });
        for (var i = 0; i < 20; i++)
        {
            await peer.SendAsync(Frames.Text($"{i}a"), Frames.Text($"{i}b"));
            Assert.Equal($"message {i}a", await peer.ReadTextAsync());
            Assert.Equal($"ack {i}a", await peer.ReadTextAsync());
            Assert.Equal($"message {i}b", await peer.ReadTextAsync());
            Assert.Equal($"ack {i}b", await peer.ReadTextAsync());
        }
    }

    [Fact]
    public async Task Broadcast_ExceptOne_ReachesTheOthersOnEveryLoop()
    {
        await using var node = new LoopNode(loops: 2);
        var peers = Enumerable.Range(0, 6).Select(i => node.Connect("room", i % 2)).ToArray();
        await Task.WhenAll(peers.Select(p => p.Peer.SettledAsync()));

        Assert.Equal(5, Room(node).Broadcast(Peer.Message("x"), peers[3].Connection));
        foreach (var (peer, _) in peers.Where(p => p != peers[3]))
        {
            Assert.Equal("x", await peer.ReadTextAsync());
        }
        await peers[3].Peer.AssertSilentAsync();
    }

    [Fact]
    public async Task Everybody_IsReachedOnEveryLoopOnce()
    {
        await using var node = new LoopNode(loops: 2);
        var peers = Enumerable.Range(0, 6).Select(i => node.Connect(null, i % 2)).ToArray();
        await Task.WhenAll(peers.Select(p => p.Peer.SettledAsync()));

        Assert.Equal(5, node.Node.Connections.Broadcast(Peer.Message("x"), peers[0].Connection));
        foreach (var (peer, _) in peers[1..])
        {
            Assert.Equal("x", await peer.ReadTextAsync());
            await peer.AssertSilentAsync();
        }
        await peers[0].Peer.AssertSilentAsync();
    }

    [Fact]
    public async Task Publishers_OnAnyThread_KeepTheirOwnOrderAtEachMember()
    {
        const int Publishers = 4;
        const int Each = 500;
        await using var node = new LoopNode(loops: 3, o => (o.SendQueue.MaxMessages, o.SendQueue.MaxBytes) = (Publishers * Each, 16 << 20));
        var peers = Enumerable.Range(0, 6).Select(i => node.Connect("room", i % 3).Peer).ToArray();
        await Task.WhenAll(peers.Select(p => p.SettledAsync()));
        var publishing = Waiting.InParallel(Publishers, publisher =>
        {
            for (var i = 0; i < Each; i++)
            {
                Room(node).Broadcast(Peer.Message($"{publisher} {i}"), null);
            }
        });
        foreach (var peer in peers)
        {
            var next = new int[Publishers];
            for (var i = 0; i < Publishers * Each; i++)
            {
                var parts = (await peer.ReadTextAsync()).Split(' ');
                var publisher = int.Parse(parts[0], CultureInfo.InvariantCulture);
                Assert.Equal(next[publisher]++, int.Parse(parts[1], CultureInfo.InvariantCulture));
            }
            await peer.AssertSilentAsync();
        }
        await publishing;
    }

    private static Room Room(LoopNode node) => node.Node.Rooms.Find("room")!;
}
