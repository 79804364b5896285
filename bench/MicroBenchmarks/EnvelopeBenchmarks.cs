using BenchmarkDotNet.Attributes;
using GoHub.Connections;
using GoHub.Protocol;

namespace GoHub.MicroBenchmarks;

/// <summary>An envelope in and an envelope out, without a socket.</summary>
[MemoryDiagnoser]
public class EnvelopeBenchmarks
{
    private static readonly byte[] Small = """{"message_id":17,"message_type":"echo","data":"0123456789012345678"}"""u8.ToArray();
    private static readonly byte[] Data = "\"0123456789012345678\""u8.ToArray();
    private readonly FrameEncoder _encoder = new(TimeProvider.System);

    [Benchmark]
    public bool Parse() => EnvelopeReader.TryRead(Small, out _, out _, out _);

    [Benchmark]
    public object EncodeRaw() => _encoder.EncodeRaw("echo_reply", Data, null, "17"u8).ToFrame();

    [Benchmark]
    public object EncodeError() => _encoder.EncodeError(GoHubErrorCode.RoomNotFound, "There is no such room.", "17"u8.ToArray()).ToFrame();
}
