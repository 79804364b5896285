using System.Net.WebSockets;

namespace GoHub.IntegrationTests.Compression;

/// <summary>.NET's own WebSocket client with compression, both ways, whole and in fragments.</summary>
public abstract class DotNetClient(CompressingServer server)
{
    [Theory]
    [InlineData(true, true, 15)]
    [InlineData(false, false, 15)]
    [InlineData(false, true, 10)]
    public async Task It_understands_and_is_understood(bool serverContext, bool clientContext, int clientWindow)
    {
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        using var socket = await ConnectAsync(
            new WebSocketDeflateOptions { ServerContextTakeover = serverContext, ClientContextTakeover = clientContext, ClientMaxWindowBits = clientWindow }, deadline.Token);
        Assert.StartsWith("permessage-deflate", Assert.Single(socket.HttpResponseHeaders!["Sec-WebSocket-Extensions"]), StringComparison.Ordinal);

        var random = new Random(1);
        for (var size = 1; size < 40_000; size = (size * 3) + 1)
        {
            // Half of it compresses, the other half does not.
            var text = new string('x', size / 2) + Convert.ToBase64String(RandomBytes(random, size / 3));
            var envelope = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { message_type = "echo", data = text }));
            await SendAsync(socket, envelope, fragments: 1 + (size % 5), deadline.Token);
            using var reply = await ReceiveAsync(socket, deadline.Token);
            Assert.Equal(text, reply.RootElement.GetProperty("data").GetString());
        }
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", deadline.Token);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task It_may_leave_messages_uncompressed()
    {
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        using var socket = await ConnectAsync(new WebSocketDeflateOptions(), deadline.Token);
        await socket.SendAsync("""{"message_type":"ping"}"""u8.ToArray(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, deadline.Token);
        using var reply = await ReceiveAsync(socket, deadline.Token);
        Assert.Equal("pong", reply.RootElement.GetProperty("message_type").GetString());
    }

    private async Task<ClientWebSocket> ConnectAsync(WebSocketDeflateOptions options, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.DangerousDeflateOptions = options;
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Process.Port}/ws"), cancel);
        return socket;
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task SendAsync(ClientWebSocket socket, byte[] message, int fragments, CancellationToken cancel)
    {
        for (var i = 0; i < fragments; i++)
        {
            var part = message.AsMemory(message.Length * i / fragments, (message.Length * (i + 1) / fragments) - (message.Length * i / fragments));
            await socket.SendAsync(part, WebSocketMessageType.Text, i == fragments - 1, cancel);
        }
    }

    private static async Task<JsonDocument> ReceiveAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        using var message = new MemoryStream();
        var buffer = new byte[1000];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancel);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return JsonDocument.Parse(message.ToArray());
            }
        }
    }
}

public sealed class DotNetClientOnLoops(CompressingLoops server) : DotNetClient(server), IClassFixture<CompressingLoops>;

public sealed class DotNetClientOnPipes(CompressingPipes server) : DotNetClient(server), IClassFixture<CompressingPipes>;
