namespace GoHub.IntegrationTests.Conformance;

/// <summary>Group 2: pings are answered with their payload, pongs are not answered.</summary>
public sealed class PingsAndPongs(SharedServer server)
{
    [Theory]
    [InlineData(0, 1000)]
    [InlineData(1, 1000)]
    [InlineData(5, 1)]
    [InlineData(124, 1000)]
    [InlineData(125, 1000)]
    [InlineData(125, 1)]
    public async Task A_ping_is_answered_with_its_payload(int size, int chop)
    {
        await using var client = await server.ConnectAsync();
        // Bytes that are no UTF-8: a ping may carry anything.
        var payload = Enumerable.Range(0, size).Select(i => (byte)(254 - i)).ToArray();
        await client.SendChoppedAsync(new ClientFrame(Opcode.Ping, payload).ToBytes(), chop);
        var pong = await client.ReadFrameAsync();
        Assert.Equal(Opcode.Pong, pong!.Opcode);
        Assert.Equal(payload, pong.Payload);
    }

    [Theory]
    [InlineData(Opcode.Ping)]
    [InlineData(Opcode.Pong)]
    [InlineData(Opcode.Close)]
    public async Task A_control_frame_over_125_bytes_is_a_protocol_error(int opcode)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(new ClientFrame(opcode, new byte[126]));
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unsolicited")]
    public async Task A_pong_nobody_asked_for_is_ignored(string payload)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Pong(payload));
        await client.SendFrameAsync(ClientFrame.Ping("after"));
        var frame = await client.ReadFrameAsync();
        Assert.Equal((Opcode.Pong, "after"), (frame!.Opcode, frame.Text));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    public async Task Of_ten_pings_the_newest_is_answered_and_the_others_in_order_or_not_at_all(int chop)
    {
        await using var client = await server.ConnectAsync();
        await client.SendChoppedAsync(Enumerable.Range(0, 10).SelectMany(i => ClientFrame.Ping($"{i}").ToBytes()).ToArray(), chop);
        var last = -1;
        while (last < 9)
        {
            var frame = await client.ReadFrameAsync();
            Assert.Equal(Opcode.Pong, frame!.Opcode);
            var number = int.Parse(frame.Text, System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(number > last, $"Pong {number} after {last}.");
            last = number;
        }
        await client.ExpectAliveAsync();
    }
}
