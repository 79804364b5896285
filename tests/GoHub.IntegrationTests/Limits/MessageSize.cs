namespace GoHub.IntegrationTests.Limits;

/// <summary>The largest message: it is refused by its announcement, before its bytes are there.</summary>
public sealed class MessageSize(SharedServer server)
{
    private const int Max = 65_536;

    [Theory]
    [InlineData(Opcode.Text)]
    [InlineData(Opcode.Binary)]
    public async Task One_byte_over_closes_with_1009(int opcode)
    {
        await using var client = await server.ConnectAsync();
        await client.TrySendBytesAsync(new ClientFrame(opcode, Payload(Max + 1)).ToBytes());
        await client.ExpectCloseAsync(1009);
    }

    [Theory]
    [InlineData(Max + 1ul)]
    [InlineData(1ul << 31)]
    [InlineData((1ul << 32) + 5)]
    [InlineData((1ul << 63) - 1)]
    public async Task An_announced_length_is_enough_to_be_refused(ulong length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("") with { AnnouncedLength = length });
        await client.ExpectCloseAsync(1009);
    }

    [Theory]
    [InlineData(1ul << 63)]
    [InlineData(ulong.MaxValue)]
    public async Task A_length_with_its_highest_bit_set_is_refused(ulong length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("") with { AnnouncedLength = length });
        // RFC 6455 §5.2 forbids the bit (1002); that it is also too long (1009) is true as well.
        await client.ExpectCloseAsync(1002, 1009);
    }

    [Fact]
    public async Task Fragments_count_together()
    {
        await using var client = await server.ConnectAsync();
        var half = Payload(Max / 2);
        await client.SendFrameAsync(ClientFrame.Text(half) with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Continuation(half, fin: false));
        await client.SendFrameAsync(ClientFrame.Ping("full"));
        Assert.Equal("full", (await client.ReadFrameAsync())!.Text);
        await client.SendFrameAsync(ClientFrame.Continuation([32], fin: true));
        await client.ExpectCloseAsync(1009);
    }

    [Fact]
    public async Task A_fragment_announced_too_large_together_with_those_before_is_refused_at_once()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text(Payload(Max / 2)) with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Continuation([], fin: true) with { AnnouncedLength = (Max / 2) + 1 });
        await client.ExpectCloseAsync(1009);
    }

    [Fact]
    public async Task The_limit_is_an_option()
    {
        await using var small = await ServerProcess.StartAsync("MaxMessageSize=1000");
        await using var client = await WireClient.ConnectAsync(small.EndPoint);
        await client.SendFrameAsync(ClientFrame.Text(Payload(1000)));
        await client.ExpectErrorAsync(1001);
        await client.SendFrameAsync(ClientFrame.Text(Payload(1001)));
        await client.ExpectCloseAsync(1009);
    }

    // No JSON, so that the size is all that is looked at.
    private static byte[] Payload(int size) => Encoding.ASCII.GetBytes(new string('*', size));
}
