using System.Globalization;
using BenchmarkDotNet.Attributes;
using GoHub.Connections;
using GoHub.Rooms;

namespace GoHub.MicroBenchmarks;

/// <summary>One encoded frame handed to every member of a room, whose channels only count it: what the walk itself costs.</summary>
[MemoryDiagnoser]
public class RoomBenchmarks
{
    private readonly OutboundFrame _frame = OutboundFrame.Of(FrameOpcode.Text, new byte[128]);
    private BareNode _node = null!;
    private Room _room = null!;

    [Params(10, 1000, 15_000)]
    public int Members { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _node = new BareNode();
        _room = new Room("room", "room", maxClients: 0, automatic: false);
        for (var i = 0; i < Members; i++)
        {
            _room.Add(_node.Connect(i.ToString(CultureInfo.InvariantCulture), new CountingChannel()));
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _node.Dispose();

    [Benchmark]
    public int Broadcast() => _room.Broadcast(_frame, except: null);

    /// <summary>Takes every frame and keeps none.</summary>
    private sealed class CountingChannel : WebSocketChannel
    {
        private long _taken;

        public override EnqueueResult Enqueue(OutboundFrame frame)
        {
            _taken++;
            return EnqueueResult.Accepted;
        }

        public override bool Close(GoHubCloseCode code, string reason, bool discardQueued = false) => false;

        public override void Abort()
        {
        }

        public override void Sweep(long now)
        {
        }
    }
}
