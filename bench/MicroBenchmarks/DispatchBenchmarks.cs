using System.Text.Json;
using BenchmarkDotNet.Attributes;
using GoHub.Connections;
using GoHub.Dispatching;

namespace GoHub.MicroBenchmarks;

/// <summary>One message from its payload to the payload of the answer: session, envelope, route, handler, encoding; no socket and no frame header.</summary>
[MemoryDiagnoser]
public class DispatchBenchmarks
{
    private static readonly byte[] Raw = [.. Enumerable.Repeat((byte)'x', 64)];
    private BareNode _node = null!;
    private ConnectionSession _session = null!;

    public static IEnumerable<string> Names => ["echo text", "echo object", "echo element", "ping", "binary"];

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    private byte[] _message = [];

    [GlobalSetup]
    public void Setup()
    {
        _node = new BareNode();
        var hub = _node.Hub;
        hub.MapMessage("text", (string text) => text);
        hub.MapMessage("object", (Position position) => position);
        hub.MapMessage("element", (JsonElement data) => data);
        hub.MapBinary((ReadOnlyMemory<byte> bytes) => bytes);
        _session = new ConnectionSession(_node.Connect("id", new ScratchChannel()), _node.Handlers.Dispatcher, rate: null, static _ => { });
        _message = Name switch
        {
            "echo text" => """{"message_id":17,"message_type":"text","data":"0123456789012345678"}"""u8.ToArray(),
            "echo object" => """{"message_id":17,"message_type":"object","data":{"x":1.5,"y":2,"name":"Ada"}}"""u8.ToArray(),
            "echo element" => """{"message_id":17,"message_type":"element","data":{"x":1.5,"y":2,"name":"Ada"}}"""u8.ToArray(),
            "ping" => """{"message_id":17,"message_type":"ping","data":{"ts":1700000000000}}"""u8.ToArray(),
            _ => Raw,
        };
    }

    [GlobalCleanup]
    public void Cleanup() => _node.Dispose();

    [Benchmark]
    public ValueTask Message() => _session.OnMessageAsync(_message[0] == 'x', _message);

    /// <summary>What a client sends.</summary>
    public sealed record Position(double X, int Y, string Name);

    /// <summary>Copies what is sent into one buffer, as a loop does that is reading.</summary>
    private sealed class ScratchChannel : WebSocketChannel
    {
        private readonly byte[] _sent = new byte[4096];

        public override EnqueueResult Enqueue(OutboundFrame frame) => EnqueueResult.Accepted;

        public override bool TryWriteNow(FrameOpcode opcode, ReadOnlySpan<byte> payload)
        {
            OutboundFrame.Write(opcode, payload, _sent);
            return true;
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
