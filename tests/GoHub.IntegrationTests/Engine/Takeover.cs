namespace GoHub.IntegrationTests.Engine;

/// <summary>The step from HTTP to the WebSocket, with frames that do not wait for it.</summary>
public sealed class Takeover(SharedServer server)
{
    private const int AtOnce = 8;

    private static readonly ClientFrame[] Early =
    [
        ClientFrame.Text("""{"message_type":"echo","data":1}"""),
        ClientFrame.Ping("early"),
        ClientFrame.Text("""{"message_type":"echo",""") with { Fin = false },
        ClientFrame.Continuation("\"data\":\"two\"}"u8.ToArray(), fin: true),
        ClientFrame.Binary(Encoding.UTF8.GetBytes("""{"message_type":"echo","data":"3"}""")),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_request_and_the_first_frames_may_be_cut_anywhere(bool withPause)
    {
        var all = RequestAndFrames();
        await Parallel.ForAsync(0, all.Length + 1, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (cut, _) =>
        {
            await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
            await client.SendBytesAsync(all.AsMemory(0, cut));
            if (withPause)
            {
                // So that the first part is read alone.
                await Eventually.ElapseAsync(TimeSpan.FromMilliseconds(3));
            }
            await client.SendBytesAsync(all.AsMemory(cut));
            await client.ReadUpgradeAsync();
            await ExpectAnswersAsync(client);
            await client.ExpectAliveAsync();
        });
    }

    [Fact]
    public async Task Frames_may_come_byte_by_byte_before_the_answer_is_read()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        await client.SendChoppedAsync(RequestAndFrames(), 1);
        await client.ReadUpgradeAsync();
        await ExpectAnswersAsync(client);
    }

    [Fact]
    public async Task Half_a_megabyte_may_come_with_the_request()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        byte[] frames = [.. Enumerable.Range(0, 20).SelectMany(i => ClientFrame.Text($$"""{"message_type":"echo","data":"{{i}}{{new string('x', 25_000)}}"}""").ToBytes())];
        await client.SendBytesAsync((byte[])[.. new Handshake().ToBytes(server.Process.Port), .. frames]);
        await client.ReadUpgradeAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.StartsWith($"{i}x", (await client.ExpectAsync("echo_reply")).Data.GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_close_with_the_request_is_answered()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        await client.SendBytesAsync((byte[])[.. new Handshake().ToBytes(server.Process.Port), .. ClientFrame.Close(1000).ToBytes()]);
        await client.ReadUpgradeAsync();
        Assert.Equal(1000, (await client.ReadCloseAsync())?.CloseCode);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_broken_frame_with_the_request_is_refused()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        await client.SendBytesAsync((byte[])[.. new Handshake().ToBytes(server.Process.Port), .. (ClientFrame.Text("x") with { Masked = false }).ToBytes()]);
        await client.ReadUpgradeAsync();
        await client.ExpectCloseAsync(1002);
    }

    [Fact]
    public async Task Who_ends_his_side_with_the_request_gets_what_he_asked_for()
    {
        HalfClosed.SkipWithoutLoops();
        // It is chance whether the server sees the end before or after it has answered the request.
        for (var i = 0; i < 50; i++)
        {
            await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
            await client.SendBytesAsync(RequestAndFrames());
            client.ShutdownSend();
            await client.ReadUpgradeAsync();
            await ExpectAnswersAsync(client);
            await client.ExpectEndAsync();
        }
    }

    private byte[] RequestAndFrames() => [.. new Handshake().ToBytes(server.Process.Port), .. Early.SelectMany(f => f.ToBytes())];

    private static async Task ExpectAnswersAsync(WireClient client)
    {
        Assert.Equal(1, (await client.ExpectAsync("echo_reply")).Data.GetInt32());
        // A pong of the protocol may overtake the answer of a handler, but is not lost; reading messages passes over it.
        Assert.Equal("two", (await client.ExpectAsync("echo_reply")).Data.GetString());
        Assert.Equal("3", (await client.ExpectAsync("echo_reply")).Data.GetString());
    }
}
