namespace GoHub.IntegrationTests.Conformance;

/// <summary>Groups 3 and 4: nothing was negotiated, so reserved bits and reserved opcodes end the connection.</summary>
public sealed class ReservedBitsAndOpcodes(SharedServer server)
{
    public static TheoryData<int, int> ReservedBits()
    {
        var cases = new TheoryData<int, int>();
        foreach (var opcode in new[] { Opcode.Text, Opcode.Binary, Opcode.Ping, Opcode.Pong, Opcode.Close })
        {
            for (var rsv = 1; rsv < 8; rsv++)
            {
                cases.Add(opcode, rsv);
            }
        }
        return cases;
    }

    public static TheoryData<int, int, int> ReservedOpcodes()
    {
        var cases = new TheoryData<int, int, int>();
        foreach (var opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
        {
            cases.Add(opcode, 0, int.MaxValue);
            cases.Add(opcode, 40, int.MaxValue);
            cases.Add(opcode, 40, 1);
        }
        return cases;
    }

    [Theory, MemberData(nameof(ReservedBits))]
    public async Task A_reserved_bit_is_a_protocol_error_after_what_came_before_was_answered(int opcode, int rsv)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text(EchoPayload.OfSize(60)));
        await client.SendFrameAsync(new ClientFrame(opcode, opcode == Opcode.Close ? new byte[] { 3, 232 } : EchoPayload.OfSize(40)) { Rsv = rsv });
        await EchoPayload.ExpectReplyAsync(client, 60);
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task A_reserved_bit_on_a_continuation_is_a_protocol_error()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text("{") with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Continuation("}"u8.ToArray(), fin: true) with { Rsv = 4 });
        await client.ExpectCloseAsync(1002);
    }

    [Theory, MemberData(nameof(ReservedOpcodes))]
    public async Task A_reserved_opcode_is_a_protocol_error_after_what_came_before_was_answered(int opcode, int size, int chop)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text(EchoPayload.OfSize(60)));
        await EchoPayload.ExpectReplyAsync(client, 60);
        // The server may end the connection at the first bad byte, before the last is sent.
        await client.TrySendChoppedAsync(new ClientFrame(opcode, EchoPayload.OfSize(size)).ToBytes(), chop);
        await client.ExpectCloseAsync(1002);
    }
}
