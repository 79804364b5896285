using BenchmarkDotNet.Attributes;
using GoHub.Connections;

namespace GoHub.MicroBenchmarks;

/// <summary>Frames of a client as they come in one read: header, mask, UTF-8.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private readonly FrameParser _parser = new(64 * 1024);
    private byte[] _input = [];

    [Params(64, 4096)]
    public int PayloadBytes { get; set; }

    [Params(1, 16)]
    public int Frames { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        byte[] header = PayloadBytes < 126 ? [0x81, (byte)(0x80 | PayloadBytes)] : [0x81, 0x80 | 126, (byte)(PayloadBytes >> 8), (byte)PayloadBytes];
        byte[] mask = [0x12, 0x34, 0x56, 0x78];
        var payload = Enumerable.Range(0, PayloadBytes).Select(i => (byte)('a' ^ mask[i % 4]));
        _input = [.. Enumerable.Repeat(header.Concat(mask).Concat(payload), Frames).SelectMany(b => b)];
    }

    [Benchmark]
    public int Read()
    {
        ReadOnlySpan<byte> input = _input;
        var messages = 0;
        while (_parser.Read(ref input) == FrameProgress.Message)
        {
            messages++;
        }
        _parser.ReleaseIdleBuffers();
        return messages;
    }
}
