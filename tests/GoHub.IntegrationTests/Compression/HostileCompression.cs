namespace GoHub.IntegrationTests.Compression;

/// <summary>Compressed bytes that mean harm: each ends its own connection with the right code, and costs no more than the message limit.</summary>
public abstract class HostileCompression(CompressingServer server)
{
    private const int Max = 65_536;

    [Theory]
    [InlineData(Max + 1)]
    [InlineData(1_000_000)]
    [InlineData(50_000_000)]
    public async Task A_message_that_inflates_beyond_the_limit_closes_with_1009(int size)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(Deflated.Text(new byte[size]));
        await client.ExpectCloseAsync(1009);
    }

    [Fact]
    public async Task A_message_that_inflates_to_the_limit_is_taken()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(Deflated.Text(Conformance.EchoPayload.OfSize(Max)));
        await Conformance.EchoPayload.ExpectReplyAsync(client, Max);
    }

    [Fact]
    public async Task Many_bombs_at_once_take_no_memory()
    {
        var bomb = Deflated.Text(new byte[50_000_000]).ToBytes();
        await using var witness = await server.ConnectAsync();
        await witness.ExpectAliveAsync();
        var before = server.Process.ResidentBytes();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            await using var client = await server.ConnectAsync();
            await client.TrySendBytesAsync(bomb);
            await client.ExpectCloseAsync(1009);
        }));

        // Inflated, one bomb is 50 MB.
        Assert.InRange(server.Process.ResidentBytes() - before, long.MinValue, 100L << 20);
        await witness.ExpectAliveAsync();
    }

    [Theory]
    [InlineData("07FFFF")] // No such kind of block.
    [InlineData("68656C6C6F")] // Text that was never compressed.
    [InlineData("")] // Not even an empty block.
    [InlineData("F200110000")] // Refers to a message before.
    [InlineData("001000EFFF00")] // A block that breaks off.
    public async Task What_is_no_deflate_data_closes_with_1007(string hex)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(Deflated.Text("""{"message_type":"ping"}"""));
        await client.ExpectAsync("pong");
        await client.SendFrameAsync(ClientFrame.Text(Convert.FromHexString(hex)) with { Rsv = Deflated.Rsv });
        await client.ExpectCloseAsync(1007);
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_once_inflated_closes_with_1007()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(Deflated.Text([0x7B, 0xFF, 0x7D]));
        await client.ExpectCloseAsync(1007);
    }

    [Theory]
    [InlineData(Opcode.Text, 6)]
    [InlineData(Opcode.Text, 2)]
    [InlineData(Opcode.Text, 1)]
    [InlineData(Opcode.Ping, 4)]
    [InlineData(Opcode.Pong, 4)]
    [InlineData(Opcode.Close, 4)]
    public async Task Bits_that_were_not_negotiated_close_with_1002(int opcode, int rsv)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(new ClientFrame(opcode, new byte[] { 3, 232 }) { Rsv = rsv });
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task The_bit_on_a_continuation_closes_with_1002()
    {
        await using var client = await server.ConnectAsync();
        var compressed = Deflated.Of("""{"message_type":"ping"}"""u8);
        await client.SendFrameAsync(ClientFrame.Text(compressed[..5]) with { Fin = false, Rsv = Deflated.Rsv });
        await client.SendFrameAsync(ClientFrame.Continuation(compressed[5..], fin: true) with { Rsv = Deflated.Rsv });
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task The_bit_without_an_offer_closes_with_1002_whatever_the_connections_beside_negotiated()
    {
        await using var inflating = await server.ConnectAsync();
        await inflating.SendFrameAsync(Deflated.Text("""{"message_type":"ping"}"""));
        await inflating.ExpectAsync("pong");
        await using var client = await server.ConnectAsync(new Handshake());
        await client.SendFrameAsync(Deflated.Text("""{"message_type":"ping"}"""));
        await client.ExpectCloseAsync(1002);
        await inflating.ExpectAliveAsync();
    }
}

public sealed class HostileCompressionOnLoops(CompressingLoops server) : HostileCompression(server), IClassFixture<CompressingLoops>;

public sealed class HostileCompressionOnPipes(CompressingPipes server) : HostileCompression(server), IClassFixture<CompressingPipes>;
