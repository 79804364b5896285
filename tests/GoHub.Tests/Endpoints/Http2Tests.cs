using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Tests.Endpoints;

/// <summary>WebSockets over HTTP/2 (RFC 8441): a stream each, several on one connection.</summary>
public sealed class Http2Tests
{
    [Fact]
    public async Task Connect_OverHttp2_TalksAndClosesAsOverHttp1()
    {
        await using var app = await App.StartAsync(
            builder => builder.Services.AddGoHub(),
            app => app.MapGoHub("/ws").MapMessage("echo", (JsonElement data) => data),
            HttpProtocols.Http2);
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var one = await ConnectAsync(app, invoker);
        using var two = await ConnectAsync(app, invoker);
        Assert.Equal(2, app.Hub.Local.ConnectionCount);

        var large = new string('x', 40_000);
        for (var i = 0; i < 3; i++)
        {
            await App.SendAsync(one, $$"""{"message_id":{{i}},"message_type":"echo","data":"{{large}}"}""");
            var answer = await App.ReceiveAsync(one);
            Assert.Equal(i, answer.TryGetProperty("request_id", out var id) ? id.GetInt32() : 0);
            Assert.Equal(large, answer.Data().GetString());
        }

        await one.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", TestContext.Current.CancellationToken).Soon();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, one.CloseStatus);
        await Waiting.Until(() => app.Hub.Local.ConnectionCount == 1);
        await App.SendAsync(two, """{"message_type":"ping"}""");
        Assert.Equal("pong", (await App.ReceiveAsync(two)).Type());
        two.Abort();
        await Waiting.Until(() => app.Hub.Local.ConnectionCount == 0);
    }

    [Fact]
    public async Task Connect_WhenCompressionIsOffered_TakesItOverHttp2Too()
    {
        await using var app = await App.StartAsync(
            builder => builder.Services.AddGoHub(o => o.Compression.Enabled = true),
            app => app.MapGoHub("/ws").MapMessage("echo", (JsonElement data) => data),
            HttpProtocols.Http2);
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = await ConnectAsync(app, invoker, new WebSocketDeflateOptions());
        Assert.Equal(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            Assert.Single(socket.HttpResponseHeaders!["Sec-WebSocket-Extensions"]));

        var large = new string('x', 40_000);
        for (var i = 1; i <= 3; i++)
        {
            await App.SendAsync(socket, $$"""{"message_id":{{i}},"message_type":"echo","data":"{{large}}"}""");
            var answer = await App.ReceiveAsync(socket);
            Assert.Equal(i, answer.GetProperty("request_id").GetInt32());
            Assert.Equal(large, answer.Data().GetString());
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(App app, HttpMessageInvoker invoker, WebSocketDeflateOptions? deflate = null)
    {
        var socket = new ClientWebSocket { Options = { HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
        socket.Options.DangerousDeflateOptions = deflate;
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(app.Socket, invoker, TestContext.Current.CancellationToken).Soon();
        return socket;
    }
}
