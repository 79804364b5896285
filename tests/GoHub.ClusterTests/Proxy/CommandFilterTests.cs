using System.Buffers;

namespace GoHub.ClusterTests.Proxy;

/// <summary>The filters see commands, however the stream is cut.</summary>
public sealed class CommandFilterTests
{
    private const string NatsStream = "CONNECT {\"a\":1}\r\nPING\r\nSUB gh1.x.r.lobby 3\r\nPUB gh1.x.a 12\r\nSUB not.me\r\n\r\nHPUB s r 2 5\r\nhhsub\r\nSUB gh1.x.c 4\r\n";
    private const string RedisStream = "*1\r\n$4\r\nPING\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\nlobby\r\n*3\r\n$7\r\nPUBLISH\r\n$1\r\na\r\n$19\r\n$9\r\nSUBSCRIBE\r\nab\r\n\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Nats_commands_are_dropped_whole_and_payloads_are_not_looked_into(int piece)
    {
        var filter = new NatsCommandFilter(c => c.StartsWith("SUB ", StringComparison.Ordinal) && c.Contains("lobby", StringComparison.Ordinal));
        Assert.Equal(NatsStream.Replace("SUB gh1.x.r.lobby 3\r\n", "", StringComparison.Ordinal), Run(filter, NatsStream, piece));
        Assert.Equal(NatsStream, Run(new NatsCommandFilter(_ => false), NatsStream, piece));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Redis_commands_are_dropped_whole_and_values_are_not_looked_into(int piece)
    {
        var filter = new RedisCommandFilter(c => c.StartsWith("*2\r\n$9\r\nSUBSCRIBE", StringComparison.Ordinal) && c.Contains("lobby", StringComparison.Ordinal));
        Assert.Equal(RedisStream.Replace("*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\nlobby\r\n", "", StringComparison.Ordinal), Run(filter, RedisStream, piece));
        Assert.Equal(RedisStream, Run(new RedisCommandFilter(_ => false), RedisStream, piece));
    }

    private static string Run(CommandFilter filter, string stream, int piece)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var chunk in Encoding.Latin1.GetBytes(stream).Chunk(piece))
        {
            filter.Pass(chunk, output);
        }
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
