namespace GoHub.IntegrationTests.Conformance;

/// <summary>Group 7: the close handshake, its codes and reasons, and what comes after it.</summary>
public sealed class Closing(SharedServer server)
{
    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(1010)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(3999)]
    [InlineData(4000)]
    [InlineData(4999)]
    public async Task A_valid_code_is_answered_with_itself_and_the_connection_ends(int code)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Close(code, "done"));
        var close = await client.ReadFrameAsync();
        Assert.Equal((Opcode.Close, code), (close!.Opcode, close.CloseCode));
        await client.ExpectEndAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(1100)]
    [InlineData(2000)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65535)]
    public async Task An_invalid_code_is_a_protocol_error(int code)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Close(code));
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task A_close_without_code_is_answered_and_the_connection_ends()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Close(null));
        var close = await client.ReadFrameAsync();
        Assert.Equal(Opcode.Close, close!.Opcode);
        Assert.Contains(close.CloseCode, new[] { 1005, 1000 });
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task Half_a_code_is_a_protocol_error()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(new ClientFrame(Opcode.Close, new byte[] { 3 }));
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Grüße")]
    [InlineData("123 bytes")]
    public async Task A_reason_of_up_to_123_bytes_is_fine(string reason)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Close(1000, reason == "123 bytes" ? new string('*', 123) : reason));
        Assert.Equal(1000, (await client.ReadFrameAsync())?.CloseCode);
        await client.ExpectEndAsync();
    }

    [Theory]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564")]
    [InlineData("FF")]
    [InlineData("C3")]
    public async Task A_reason_that_is_no_UTF8_closes_with_1007(string hex)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(new ClientFrame(Opcode.Close, (byte[])[3, 232, .. Convert.FromHexString(hex)]));
        await client.ExpectCloseAsync(1007);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("ping")]
    [InlineData("text")]
    [InlineData("garbage")]
    public async Task What_comes_after_a_close_is_not_answered(string after)
    {
        await using var client = await server.ConnectAsync();
        byte[] next = after switch
        {
            "close" => ClientFrame.Close(1001).ToBytes(),
            "ping" => ClientFrame.Ping("late").ToBytes(),
            "text" => ClientFrame.Text(EchoPayload.OfSize(60)).ToBytes(),
            _ => [0xFF, 0xFF, 0xFF, 0xFF],
        };
        await client.SendBytesAsync((byte[])[.. ClientFrame.Close(1000).ToBytes(), .. next]);
        var close = await client.ReadFrameAsync();
        Assert.Equal((Opcode.Close, 1000), (close!.Opcode, close.CloseCode));
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task What_came_before_a_close_is_answered_first()
    {
        await using var client = await server.ConnectAsync();
        await client.SendBytesAsync((byte[])[.. ClientFrame.Text(EchoPayload.OfSize(40_000)).ToBytes(), .. ClientFrame.Close(1000).ToBytes()]);
        await EchoPayload.ExpectReplyAsync(client, 40_000);
        Assert.Equal(1000, (await client.ReadFrameAsync())?.CloseCode);
    }

    [Fact]
    public async Task A_close_inside_a_fragmented_message_is_honoured()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("""{"message_type":""") with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Close(1000));
        Assert.Equal((Opcode.Close, 1000), ((await client.ReadFrameAsync()) is { } f ? (f.Opcode, f.CloseCode) : default));
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_answer_a_close_is_cut_soon()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(new ClientFrame(3, new byte[1]));
        Assert.Equal(1002, (await client.ReadCloseAsync())?.CloseCode);
        // The stated deadline is 2 s; the rest is what two busy cores may need.
        await client.ExpectEndAsync(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_client_that_ends_its_sending_half_in_silence_is_let_go()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectAliveAsync();
        client.ShutdownSend();
        while (await client.ReadFrameAsync() is { } frame)
        {
            Assert.Equal(Opcode.Close, frame.Opcode);
        }
    }
}
