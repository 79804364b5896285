namespace GoHub.IntegrationTests.Compression;

/// <summary>Compressed messages in both directions, byte by byte on the wire.</summary>
public abstract class CompressedMessages(CompressingServer server)
{
    private static readonly string Content = string.Concat(Enumerable.Repeat("the quick brown fox ", 100));

    [Fact]
    public async Task One_message_reaches_those_who_inflate_and_those_who_do_not()
    {
        var room = Guid.NewGuid().ToString();
        await using var sender = await server.ConnectAsync();
        await using var inflating = await server.ConnectAsync();
        await using var another = await server.ConnectAsync();
        await using var plain = await server.ConnectAsync(new Handshake());
        foreach (var client in new[] { sender, inflating, another, plain })
        {
            await client.JoinAsync(room);
        }

        for (var i = 0; i < 3; i++)
        {
            await sender.SendAsync("room_message", new { room_id = room, content = i + Content }, i + 1);
            await sender.ExpectAsync("ack");
            var compressed = (await inflating.ReadMessageAsync())!;
            var asIs = (await plain.ReadMessageAsync())!;
            Assert.Equal(Deflated.Rsv, compressed.Rsv);
            Assert.InRange(compressed.Payload.Length, 1, asIs.Payload.Length / 4);
            Assert.Equal(compressed.Payload, (await another.ReadMessageAsync())!.Payload);
            Assert.Equal(asIs.Payload, inflating.Said(compressed));
            Assert.Equal(i + Content, Message.Parse(asIs.Payload).Text("content"));
        }
    }

    [Fact]
    public async Task Small_messages_and_control_frames_are_not_compressed()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(Deflated.Text("""{"message_type":"echo","data":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"""));
        Assert.Equal(0, (await client.ReadFrameAsync())!.Rsv);
        await client.SendFrameAsync(ClientFrame.Ping(new string('x', 125)));
        Assert.Equal(0, (await client.ReadFrameAsync())!.Rsv);
    }

    [Fact]
    public async Task Messages_may_be_compressed_or_not_as_they_like()
    {
        await using var client = await server.ConnectAsync();
        for (var size = Conformance.EchoPayload.Smallest; size <= 65_536; size *= 3)
        {
            await client.SendFrameAsync(Deflated.Text(Conformance.EchoPayload.OfSize(size)));
            await client.SendFrameAsync(ClientFrame.Text(Conformance.EchoPayload.OfSize(size)));
            await Conformance.EchoPayload.ExpectReplyAsync(client, size);
            await Conformance.EchoPayload.ExpectReplyAsync(client, size);
        }
    }

    [Fact]
    public async Task A_compressed_message_may_come_in_fragments_and_in_pieces()
    {
        await using var client = await server.ConnectAsync();
        await using var other = await server.ConnectAsync(new Handshake());
        var compressed = Deflated.Of(Conformance.EchoPayload.OfSize(5000));
        byte[] wire =
        [
            .. (ClientFrame.Text(compressed[..3]) with { Fin = false, Rsv = Deflated.Rsv }).ToBytes(),
            .. ClientFrame.Continuation([], fin: false).ToBytes(),
            .. ClientFrame.Ping("between").ToBytes(),
            .. ClientFrame.Continuation(compressed[3..10], fin: false).ToBytes(),
            .. ClientFrame.Continuation(compressed[10..], fin: true).ToBytes(),
        ];
        foreach (var chop in new[] { 1, 7, wire.Length })
        {
            await client.SendChoppedAsync(wire, chop);
            // Another connection is served in the middle of it.
            await other.ExpectAliveAsync();
            Assert.Equal("between", (await client.ReadFrameAsync())!.Text);
            await Conformance.EchoPayload.ExpectReplyAsync(client, 5000);
        }
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using var client = await server.ConnectAsync();
        await client.SendFrameAsync(Deflated.Text(""));
        await client.ExpectErrorAsync(1001);
        await client.ExpectAliveAsync();
    }

    [Theory]
    [InlineData("permessage-deflate", "")]
    [InlineData("permessage-deflate; client_max_window_bits", "")]
    [InlineData("permessage-deflate; client_max_window_bits=12", "; client_max_window_bits=12")]
    [InlineData("permessage-deflate; server_max_window_bits=9, permessage-deflate; server_max_window_bits=15", "; server_max_window_bits=15")]
    public async Task An_offer_is_taken_without_context_takeover(string offer, string window)
    {
        await using var client = await server.ConnectAsync(Deflated.Offer(offer));
        Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover" + window, client.Response.Header("Sec-WebSocket-Extensions"));
        await client.ExpectAliveAsync();
    }

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; level=9")]
    [InlineData("permessage-deflate; client_max_window_bits=\"")]
    [InlineData("x-webkit-deflate-frame")]
    public async Task An_offer_that_cannot_be_taken_leaves_an_uncompressed_connection(string offer)
    {
        await using var client = await server.ConnectAsync(Deflated.Offer(offer));
        Assert.Null(client.Response.Header("Sec-WebSocket-Extensions"));
        await client.SendFrameAsync(ClientFrame.Text(Conformance.EchoPayload.OfSize(5000)));
        Assert.Equal(0, (await client.ReadFrameAsync())!.Rsv);
        await client.SendFrameAsync(Deflated.Text("{}"));
        await client.ExpectCloseAsync(1002);
    }
}

public sealed class CompressedMessagesOnLoops(CompressingLoops server) : CompressedMessages(server), IClassFixture<CompressingLoops>;

public sealed class CompressedMessagesOnPipes(CompressingPipes server) : CompressedMessages(server), IClassFixture<CompressingPipes>;
