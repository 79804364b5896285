namespace GoHub.IntegrationTests.Conformance;

/// <summary>Group 6: text must be UTF-8, over fragments too, and is refused at the first byte that cannot be.</summary>
public sealed class Utf8(SharedServer server)
{
    [Theory, MemberData(nameof(Utf8Sequences.Valid), MemberType = typeof(Utf8Sequences))]
    public async Task Valid_text_comes_back_as_it_was_sent(string name, string hex)
    {
        Assert.NotEmpty(name);
        var sequence = Convert.FromHexString(hex);
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text(Echo(sequence)));
        Assert.Equal(Encoding.UTF8.GetString(sequence), (await client.ExpectAsync("echo_reply")).Data.GetString());

        foreach (var payload in new[] { Echo(sequence), sequence })
        {
            // Cut at every byte, so that a sequence is split over fragments.
            await client.SendBytesAsync(Fragmentation.Fragments(Opcode.Text, payload, payload.Length, null));
            await client.ExpectAsync(payload == sequence ? "error" : "echo_reply");
        }
        await client.ExpectAliveAsync();
    }

    [Theory, MemberData(nameof(Utf8Sequences.Invalid), MemberType = typeof(Utf8Sequences))]
    public async Task Invalid_text_closes_with_1007(string name, string hex)
    {
        Assert.NotEmpty(name);
        var sequence = Convert.FromHexString(hex);
        byte[][] payloads = [sequence, [.. "before "u8, .. sequence], Echo(sequence)];
        await Task.WhenAll(payloads.Select(async payload =>
        {
            await using var client = await server.ConnectAsync();
            await client.SendFrameAsync(ClientFrame.Text(payload));
            await client.ExpectCloseAsync(1007);
        }));
    }

    [Theory, MemberData(nameof(Utf8Sequences.Invalid), MemberType = typeof(Utf8Sequences))]
    public async Task Invalid_text_split_over_fragments_closes_with_1007(string name, string hex)
    {
        Assert.NotEmpty(name);
        var payload = Echo(Convert.FromHexString(hex));
        await using var client = await server.ConnectAsync();
        await client.TrySendChoppedAsync(Fragmentation.Fragments(Opcode.Text, payload, payload.Length, null), 16);
        await client.ExpectCloseAsync(1007);
    }

    [Theory]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5F4908080")] // beyond U+10FFFF (6.4.1)
    [InlineData("CEBAE1BDB9CF83CEBCCEB5F490")] // cannot become valid any more (6.4.2)
    [InlineData("EDA0")] // the start of a surrogate
    [InlineData("C0")] // never valid
    [InlineData("41FF")]
    public async Task A_fragment_that_cannot_become_valid_is_refused_before_the_message_ends(string hex)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Text(Convert.FromHexString(hex)) with { Fin = false });
        await client.ExpectCloseAsync(1007);
    }

    [Theory]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5F4908080656469746564")]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5F490808065646974")]
    public async Task A_frame_that_arrives_in_pieces_is_refused_at_its_end_at_the_latest(string hex)
    {
        var bytes = ClientFrame.Text(Convert.FromHexString(hex)).ToBytes();
        await using var client = await server.ConnectAsync();
        await client.TrySendChoppedAsync(bytes, 1);
        await client.ExpectCloseAsync(1007);
    }

    [Fact]
    public async Task A_sequence_that_ends_in_the_next_fragment_is_not_refused_too_early()
    {
        await using var client = await server.ConnectAsync();
        var payload = Echo("𝄞"u8.ToArray());
        var cut = payload.AsSpan().IndexOf((byte)0xF0) + 3;
        await client.SendFrameAsync(ClientFrame.Text(payload[..cut]) with { Fin = false });
        await client.SendFrameAsync(ClientFrame.Ping("still here"));
        Assert.Equal("still here", (await client.ReadFrameAsync())!.Text);
        await client.SendFrameAsync(ClientFrame.Continuation(payload[cut..], fin: true));
        Assert.Equal("𝄞", (await client.ExpectAsync("echo_reply")).Data.GetString());
    }

    [Theory]
    [InlineData("FFFEFD")]
    [InlineData("7B22FF22")] // starts like an envelope
    public async Task A_binary_frame_may_hold_anything_and_is_answered_as_a_bad_message(string hex)
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(ClientFrame.Binary(Convert.FromHexString(hex)));
        await client.ExpectErrorAsync(1001);
        await client.ExpectAliveAsync();
    }

    private static byte[] Echo(byte[] sequence) => [.. """{"message_type":"echo","data":" """u8[..^1], .. sequence, .. "\"}"u8];
}
