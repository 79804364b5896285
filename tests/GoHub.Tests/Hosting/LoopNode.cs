using GoHub.Connections;
using GoHub.Connections.Loops;
using GoHub.Diagnostics;

namespace GoHub.Tests.Hosting;

/// <summary>A node whose connections are real sockets on real loops.</summary>
internal sealed class LoopNode : IAsyncDisposable
{
    private readonly List<TestLoop> _loops = [];
    private readonly List<LoopPeer> _peers = [];

    public LoopNode(int loops = 1, Action<GoHubOptions>? configure = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Loops are Linux's.");
        Node = new Node(configure);
        for (var i = 0; i < loops; i++)
        {
            _loops.Add(new TestLoop(Node.Get<ChannelSettings>(), Node.Get<GoHubMetrics>(), Node.Log, Node.Get<Lanes>()));
        }
    }

    public Node Node { get; }

    public TestLoop Loop => _loops[0];

    public Lanes Lanes => Node.Get<Lanes>();

    /// <summary>A connection on one of the loops, in <paramref name="room"/> if there is one.</summary>
    public (LoopPeer Peer, GoHubConnection Connection) Connect(string? room = null, int loop = 0, Func<GoHubConnection, ReceivedMessage, ValueTask>? onMessage = null)
    {
        GoHubConnection? connection = null;
        var peer = new LoopPeer(null, 0, onMessage is null ? null : (_, message) => onMessage(connection!, message), _loops[loop], first: channel =>
        {
            connection = Node.Create(channel);
            channel.Connection = connection;
            Node.Connections.Add(connection);
        });
        _peers.Add(peer);
        if (room is not null)
        {
            Node.Rooms.Create(room, room, 0);
            Assert.Equal(RoomResult.Ok, Node.Rooms.Join(room, connection!));
        }
        return (peer, connection!);
    }

    public async ValueTask DisposeAsync()
    {
        _loops.ForEach(l => l.Dispose());
        _peers.ForEach(p => p.Dispose());
        await Node.DisposeAsync();
    }
}
