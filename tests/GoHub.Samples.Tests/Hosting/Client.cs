using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GoHub.Samples.Tests.Hosting;

/// <summary>A WebSocket client that speaks in envelopes.</summary>
/// <remarks>Threads: one at a time.</remarks>
internal sealed class Client : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[256 * 1024];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    /// <exception cref="WebSocketException">The server refused; its status is in the text.</exception>
    public static async Task<Client> ConnectAsync(Uri url, params (string Name, string Value)[] headers)
    {
        var client = new Client();
        client._socket.Options.Proxy = null;
        foreach (var (name, value) in headers)
        {
            client._socket.Options.SetRequestHeader(name, value);
        }
        try
        {
            return await Deadline.WithinAsync($"connected to {url}", async ct =>
            {
                await client._socket.ConnectAsync(url, ct);
                return client;
            });
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public Task SendAsync(string type, object? data = null, int? id = null)
    {
        var envelope = new JsonObject { ["message_type"] = type };
        if (data is not null)
        {
            envelope["data"] = JsonSerializer.SerializeToNode(data);
        }
        if (id is not null)
        {
            envelope["message_id"] = id;
        }
        return SendTextAsync(envelope.ToJsonString());
    }

    public Task SendTextAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>The next message, which must be one of this type.</summary>
    public async Task<JsonElement> ReceiveAsync(string type)
    {
        var text = await ReceiveTextAsync();
        var envelope = JsonElement.Parse(text);
        Assert.True(envelope.GetProperty("message_type").ValueEquals(type), $"Not of type {type}: {text}");
        return envelope;
    }

    /// <summary>The data of the next message, which must be one of this type.</summary>
    public async Task<JsonElement> DataAsync(string type) => (await ReceiveAsync(type)).GetProperty("data");

    /// <summary>Sends and takes the answer, which must be the next message.</summary>
    public async Task<JsonElement> AskAsync(string type, object? data, string answer)
    {
        await SendAsync(type, data);
        return await DataAsync(answer);
    }

    /// <summary>Sends what must be answered with an error.</summary>
    public async Task<int> ErrorOfAsync(string type, object? data) => (await AskAsync(type, data, "error")).GetProperty("code").GetInt32();

    public async Task<string> ReceiveTextAsync() =>
        await ReceiveOrCloseAsync() ?? throw new InvalidOperationException($"Closed: {CloseStatus} {CloseReason}");

    /// <summary>Waits for the server to close, which must be the next thing it does.</summary>
    public async Task ClosedAsync() => Assert.Null(await ReceiveOrCloseAsync());

    public Task CloseAsync(string reason) =>
        _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, reason, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<string?> ReceiveOrCloseAsync() => Deadline.WithinAsync("a message", async ct =>
    {
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), ct);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
    });
}
