namespace GoHub.IntegrationTests.Conformance;

/// <summary>Groups 5 and 10: messages in fragments, control frames between them.</summary>
public sealed class Fragmentation(SharedServer server)
{
    [Theory]
    [InlineData(Opcode.Text, 2, int.MaxValue)]
    [InlineData(Opcode.Text, 2, 1)]
    [InlineData(Opcode.Text, 5, int.MaxValue)]
    [InlineData(Opcode.Text, 5, 1)]
    [InlineData(Opcode.Text, 100, 7)]
    [InlineData(Opcode.Binary, 2, int.MaxValue)]
    [InlineData(Opcode.Binary, 5, 1)]
    public async Task Fragments_are_one_message(int opcode, int fragments, int chop)
    {
        await using var client = await server.ConnectAsync();
        await client.SendChoppedAsync(Fragments(opcode, EchoPayload.OfSize(500), fragments, between: null), chop);
        await EchoPayload.ExpectReplyAsync(client, 500);
        await client.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(2, int.MaxValue)]
    [InlineData(2, 1)]
    [InlineData(5, int.MaxValue)]
    [InlineData(5, 1)]
    public async Task Pings_between_fragments_are_answered_before_the_message_is(int fragments, int chop)
    {
        await using var client = await server.ConnectAsync();
        await client.SendChoppedAsync(Fragments(Opcode.Text, EchoPayload.OfSize(300), fragments, ClientFrame.Ping("between")), chop);
        var frame = await client.ReadFrameAsync();
        Assert.Equal((Opcode.Pong, "between"), (frame!.Opcode, frame.Text));
        await EchoPayload.ExpectReplyAsync(client, 300);
    }

    [Fact]
    public async Task A_pong_comes_while_the_message_is_still_unfinished()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("""{"message_type":"echo",""") with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Ping("now"));
        var frame = await client.ReadFrameAsync();
        Assert.Equal((Opcode.Pong, "now"), (frame!.Opcode, frame.Text));
        await client.SendFrameAsync(ClientFrame.Continuation("\"data\":7}"u8.ToArray(), fin: true));
        Assert.Equal(7, (await client.ExpectAsync("echo_reply")).Data.GetInt32());
    }

    [Theory]
    [InlineData(Opcode.Ping)]
    [InlineData(Opcode.Pong)]
    [InlineData(Opcode.Close)]
    public async Task A_fragmented_control_frame_is_a_protocol_error(int opcode)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(new ClientFrame(opcode, new byte[] { 3, 232 }) { Fin = false });
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_continuation_of_nothing_is_a_protocol_error(bool fin)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Continuation(EchoPayload.OfSize(50), fin));
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_continuation_after_a_finished_message_is_a_protocol_error(bool fin)
    {
        await using var client = await server.ConnectAsync();
        await client.SendBytesAsync(Fragments(Opcode.Text, EchoPayload.OfSize(50), 2, null));
        await EchoPayload.ExpectReplyAsync(client, 50);
        await client.SendFrameAsync(ClientFrame.Continuation(EchoPayload.OfSize(50), fin));
        await client.ExpectCloseAsync(1002);
    }

    [Theory]
    [InlineData(Opcode.Text, true)]
    [InlineData(Opcode.Text, false)]
    [InlineData(Opcode.Binary, true)]
    public async Task A_new_message_inside_a_fragmented_one_is_a_protocol_error(int opcode, bool fin)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("{\"message_type\"") with { Fin = false });
        await client.SendFrameAsync(new ClientFrame(opcode, EchoPayload.OfSize(50)) { Fin = fin });
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task Empty_fragments_add_nothing()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("") with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Continuation(EchoPayload.OfSize(80), fin: false));
        await client.SendFrameAsync(ClientFrame.Continuation([], fin: true));
        await EchoPayload.ExpectReplyAsync(client, 80);
    }

    [Fact]
    public async Task Three_empty_fragments_are_an_empty_message()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("") with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Continuation([], fin: false));
        await client.SendFrameAsync(ClientFrame.Continuation([], fin: true));
        await client.ExpectErrorAsync(1001);
        await client.ExpectAliveAsync();
    }

    [Theory]
    [InlineData(1300)]
    [InlineData(4096)]
    public async Task A_message_cut_by_an_intermediary_is_whole_again(int fragmentBytes)
    {
        await using var client = await server.ConnectAsync();
        var payload = EchoPayload.OfSize(65_536);
        await client.SendBytesAsync(Fragments(Opcode.Text, payload, (payload.Length + fragmentBytes - 1) / fragmentBytes, null));
        await EchoPayload.ExpectReplyAsync(client, payload.Length);
    }

    internal static byte[] Fragments(int opcode, byte[] payload, int count, ClientFrame? between)
    {
        var bytes = new List<byte>();
        var size = (payload.Length + count - 1) / count;
        for (var i = 0; i * size < payload.Length; i++)
        {
            if (i > 0 && between is not null)
            {
                // One ping is enough to see the order; many would be a flood.
                bytes.AddRange((i == 1 ? between : ClientFrame.Pong()).ToBytes());
            }
            var part = payload.AsMemory(i * size, Math.Min(size, payload.Length - i * size));
            bytes.AddRange(new ClientFrame(i == 0 ? opcode : Opcode.Continuation, part) { Fin = (i + 1) * size >= payload.Length }.ToBytes());
        }
        return [.. bytes];
    }
}
