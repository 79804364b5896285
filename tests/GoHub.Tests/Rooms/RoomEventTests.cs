using GoHub.Connections;
using GoHub.Rooms;

namespace GoHub.Tests.Rooms;

/// <summary>What subscribers and members hear of a room's life.</summary>
public sealed class RoomEventTests
{
    [Fact]
    public async Task Delete_TellsThatEachMemberLeftAndThenThatTheRoomIsGone()
    {
        await using var node = new Node();
        var seen = Listen(node);
        var (a, b) = (node.Connect("anna"), node.Connect("bert"));
        node.Rooms.Create("room", "Room", 0, a.Connection);
        node.Rooms.Join("room", a.Connection);
        node.Rooms.Join("room", b.Connection);

        node.Rooms.Delete("room", by: b.Connection);

        Assert.Equal(["RoomCreatedEvent", "joined anna", "joined bert"], seen[..3]);
        Assert.Equal(["left anna", "left bert"], seen[3..5].Order());
        Assert.Equal(["RoomDeletedEvent"], seen[5..]);
        // Who asked is answered elsewhere.
        Assert.Contains("\"room_deleted\"", Assert.Single(a.Channel.Sent).Text, StringComparison.Ordinal);
        Assert.Empty(b.Channel.Sent);
    }

    [Fact]
    public async Task LastLeave_OfAnAutomaticRoom_TellsTheLeaveAndThenTheEnd()
    {
        await using var node = new Node(o => o.Rooms.AutoCreate = true);
        var seen = Listen(node);
        var client = node.Connect("anna").Connection;

        node.Rooms.Join("room", client);
        node.Rooms.Leave("room", client);
        node.Rooms.Join("room", client);
        node.Disconnect(client);

        string[] life = ["RoomCreatedEvent", "joined anna", "left anna", "RoomDeletedEvent"];
        Assert.Equal([.. life, .. life], seen);
    }

    [Fact]
    public async Task Join_ThatIsRefused_TellsNothing()
    {
        await using var node = new Node();
        node.Rooms.Create("room", "room", 1);
        node.Rooms.Join("room", node.Connect().Connection);
        var seen = Listen(node);

        Assert.Equal(RoomResult.Full, node.Rooms.Join("room", node.Connect().Connection));
        Assert.Equal(RoomResult.NotFound, node.Rooms.Join("other", node.Connect().Connection));
        Assert.Empty(seen);
    }

    [Fact]
    public async Task Broadcast_CountsWhoTookItAndSparesTheSender()
    {
        await using var node = new Node();
        node.Rooms.Create("room", "room", 0);
        var clients = Enumerable.Range(0, 3).Select(_ => node.Connect()).ToArray();
        foreach (var client in clients)
        {
            node.Rooms.Join("room", client.Connection);
        }
        clients[1].Channel.Answer = EnqueueResult.Dropped;

        Assert.Equal(1, node.Rooms.Find("room")!.Broadcast(Peer.Message("x"), except: clients[0].Connection));
        Assert.Empty(clients[0].Channel.Sent);
        Assert.Single(clients[2].Channel.Sent);
    }

    // Asked in the publisher's own thread, so that the order is the one in which things were told.
    private static List<string> Listen(Node node)
    {
        List<string> seen = [];
        node.Events.Subscribe<GoHubEvent>(handler: null, queue: new Recording(seen));
        return seen;
    }

    private sealed class Recording : System.Threading.Channels.Channel<GoHubEvent>
    {
        public Recording(List<string> seen) => Writer = new Keep(seen);

        private sealed class Keep(List<string> seen) : System.Threading.Channels.ChannelWriter<GoHubEvent>
        {
            public override bool TryWrite(GoHubEvent item)
            {
                seen.Add(item switch
                {
                    RoomJoinedEvent joined => "joined " + joined.UserId,
                    RoomLeftEvent left => "left " + left.UserId,
                    _ => item.GetType().Name,
                });
                return true;
            }

            public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
        }
    }
}
