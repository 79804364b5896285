namespace GoHub.IntegrationTests.Conformance;

/// <summary>Group 1: payloads of every length class, whole and cut into segments.</summary>
public sealed class Framing(SharedServer server)
{
    public static TheoryData<int, int, int> Sizes()
    {
        var cases = new TheoryData<int, int, int>();
        foreach (var opcode in new[] { Opcode.Text, Opcode.Binary })
        {
            foreach (var size in new[] { 0, 1, 35, 36, 125, 126, 127, 128, 65_535, 65_536 })
            {
                cases.Add(opcode, size, int.MaxValue);
                cases.Add(opcode, size, size < 1000 ? 1 : 997);
            }
        }
        return cases;
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_payload_of_any_size_is_answered(int opcode, int size, int chop)
    {
        await using var client = await server.ConnectAsync();
        await client.SendChoppedAsync(new ClientFrame(opcode, EchoPayload.OfSize(size)).ToBytes(), chop);
        await EchoPayload.ExpectReplyAsync(client, size);
        await client.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(125, 2)]
    [InlineData(125, 8)]
    [InlineData(126, 8)]
    [InlineData(65_535, 8)]
    public async Task A_length_not_in_its_shortest_form_is_a_protocol_error(int size, int lengthBytes)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text(EchoPayload.OfSize(size)) with { LengthBytes = lengthBytes });
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(Opcode.Text)]
    [InlineData(Opcode.Binary)]
    [InlineData(Opcode.Ping)]
    [InlineData(Opcode.Close)]
    public async Task An_unmasked_frame_is_a_protocol_error(int opcode)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(new ClientFrame(opcode, opcode == Opcode.Close ? new byte[] { 3, 232 } : EchoPayload.OfSize(100)) { Masked = false });
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x01000000u)]
    [InlineData(0x00000001u)]
    public async Task Any_mask_is_undone(uint mask)
    {
        await using var client = await server.ConnectAsync();
        foreach (var size in new[] { 36, 37, 38, 39, 47, 64, 131, 1027, 9001 })
        {
            await client.SendFrameAsync(ClientFrame.Text(EchoPayload.OfSize(size)) with { Mask = mask });
            await EchoPayload.ExpectReplyAsync(client, size);
        }
    }

    [Fact]
    public async Task Frames_sent_with_the_upgrade_request_are_not_lost()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        var frame = ClientFrame.Text(EchoPayload.OfSize(200)).ToBytes();
        await client.SendBytesAsync(new byte[][] { new Handshake().ToBytes(server.Process.Port), frame, frame }.SelectMany(b => b).ToArray());
        await client.ReadUpgradeAsync();
        await EchoPayload.ExpectReplyAsync(client, 200);
        await EchoPayload.ExpectReplyAsync(client, 200);
    }

    [Fact]
    public async Task Many_frames_in_one_segment_are_answered_in_order()
    {
        await using var client = await server.ConnectAsync();
        var frames = Enumerable.Range(1, 500).SelectMany(i => ClientFrame.Text($$"""{"message_type":"echo","data":{{i}}}""").ToBytes()).ToArray();
        await client.SendBytesAsync(frames);
        for (var i = 1; i <= 500; i++)
        {
            Assert.Equal(i, (await client.ExpectAsync("echo_reply")).Data.GetInt32());
        }
    }
}
