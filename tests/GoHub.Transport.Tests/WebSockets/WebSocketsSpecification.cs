using System.Net.WebSockets;

namespace GoHub.Transport.Tests.WebSockets;

/// <summary>The framework's own WebSockets, upgraded from HTTP/1.1 and as streams of HTTP/2.</summary>
public abstract class WebSocketsSpecification(TransportKind transport) : TransportSpecification(transport)
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Messages_of_every_size_come_back_and_the_close_is_answered(int version, bool tls)
    {
        var app = await StartAsync(version, tls, EchoAsync);
        using var invoker = new HttpMessageInvoker(TestClient.Handler());
        using var client = await ConnectAsync(app, version, invoker);
        foreach (var size in new[] { 0, 1, 125, 126, 65_535, 65_536, 3 << 20 })
        {
            var sending = client.SendAsync(Payload.Bytes(size), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            var message = await ReceiveAsync(client, size);
            await sending;
            Payload.Verify(0, message);
        }
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).WaitAsync(Eventually.Soon);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "done"), (client.CloseStatus, client.CloseStatusDescription));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fifty_sockets_talk_at_once(int version)
    {
        var app = await StartAsync(version, tls: false, EchoAsync);
        using var invoker = new HttpMessageInvoker(TestClient.Handler());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async n =>
        {
            using var client = await ConnectAsync(app, version, invoker);
            for (var i = 0; i < 100; i++)
            {
                var text = Encoding.ASCII.GetBytes($"{n} {i}");
                await client.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                Assert.Equal(text, await ReceiveAsync(client, text.Length));
            }
            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Eventually.Soon);
        }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_client_that_vanishes_is_noticed_by_a_receive_that_waits(int version)
    {
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var app = await StartAsync(version, tls: false, async socket =>
            ended.SetResult(await Record.ExceptionAsync(async () => await socket.ReceiveAsync(new byte[10], CancellationToken.None))));
        using var invoker = new HttpMessageInvoker(TestClient.Handler());
        using var client = await ConnectAsync(app, version, invoker);

        client.Abort();

        Assert.IsType<WebSocketException>(await ended.Task.WaitAsync(Eventually.Soon));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_socket_that_the_server_aborts_ends_at_the_client(int version)
    {
        var app = await StartAsync(version, tls: false, async socket =>
        {
            await socket.ReceiveAsync(new byte[10], CancellationToken.None);
            socket.Abort();
        });
        using var invoker = new HttpMessageInvoker(TestClient.Handler());
        using var client = await ConnectAsync(app, version, invoker);
        await client.SendAsync(new byte[1], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

        await Assert.ThrowsAsync<WebSocketException>(() => client.ReceiveAsync(new byte[10], CancellationToken.None).WaitAsync(Eventually.Soon));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_client_that_does_not_read_makes_the_sender_wait_and_then_gets_everything(int version)
    {
        const int Messages = 500;
        const int Size = 65_536;
        var sent = new Tally("messages sent");
        var app = await StartAsync(version, tls: false, async socket =>
        {
            for (var i = 0; i < Messages; i++)
            {
                await socket.SendAsync(Payload.Bytes(Size), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
                sent.Add();
            }
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        using var invoker = new HttpMessageInvoker(TestClient.Handler());
        using var client = await ConnectAsync(app, version, invoker);

        Assert.InRange(await sent.SettleAsync(), 1, Messages * 3 / 4);

        for (var i = 0; i < Messages; i++)
        {
            Payload.Verify(0, await ReceiveAsync(client, Size));
        }
        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync(new byte[10], CancellationToken.None).WaitAsync(Eventually.Soon)).MessageType);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private Task<RunningApp> StartAsync(int version, bool tls, Func<WebSocket, Task> run) => StartAsync(
        app =>
        {
            app.UseWebSockets();
            app.Map("/socket", async (HttpContext context) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await run(socket);
            });
        },
        kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = version == 1 ? HttpProtocols.Http1 : HttpProtocols.Http2;
            if (tls)
            {
                listen.UseHttps(TestCertificate.Instance);
            }
        }));

    private static async Task EchoAsync(WebSocket socket)
    {
        var buffer = new byte[100_000];
        while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }
        await socket.CloseAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, CancellationToken.None);
    }

    private static async Task<ClientWebSocket> ConnectAsync(RunningApp app, int version, HttpMessageInvoker invoker)
    {
        var client = new ClientWebSocket();
        client.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var uri = new UriBuilder(app.Uri) { Path = "/socket", Scheme = app.Uri.Scheme == "https" ? "wss" : "ws" }.Uri;
        await client.ConnectAsync(uri, invoker, CancellationToken.None).WaitAsync(Eventually.Soon);
        return client;
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket client, int size)
    {
        var message = new byte[size + 1];
        var count = 0;
        while (true)
        {
            var received = await client.ReceiveAsync(message.AsMemory(count), CancellationToken.None).AsTask().WaitAsync(Eventually.Soon);
            count += received.Count;
            if (received.EndOfMessage)
            {
                Assert.Equal(size, count);
                return message[..count];
            }
        }
    }
}
