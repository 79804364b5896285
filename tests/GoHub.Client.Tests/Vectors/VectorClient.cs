using System.Threading.Channels;

namespace GoHub.Client.Tests.Vectors;

/// <summary>One connection of a vector, with the client at its end.</summary>
internal sealed class VectorClient : IAsyncDisposable
{
    private readonly FakeServer _server = new() { Welcomes = false };
    private readonly Channel<GoHubClientMessage> _handled = Channel.CreateUnbounded<GoHubClientMessage>();
    private readonly Dictionary<string, (JsonNode? Id, Task<JsonElement> Answer)> _asked = [];
    private readonly GoHubClient _client;
    private FakeSocket _socket = null!;

    private VectorClient() => _client = new GoHubClient("ws://hub.test/ws", o => o.WebSocketFactory = _server.ConnectAsync);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<VectorClient> ConnectAsync(string id, string? user)
    {
        var client = new VectorClient();
        var starting = client._client.StartAsync(Cancel);
        client._socket = await client._server.NextAsync();
        client._socket.Welcome(id, user);
        await starting.Soon();
        Assert.Equal((id, user), (client._client.ConnectionId, client._client.UserId));
        return client;
    }

    /// <summary>Has the client send an envelope, and compares.</summary>
    /// <returns>False if it is none that a client can send: null, or with an id that is wrong.</returns>
    public async Task<bool> SendAsync(JsonObject? expected)
    {
        if (expected is null || expected["message_id"] is JsonArray or JsonObject || IsBoolean(expected["message_id"]))
        {
            return false;
        }
        var type = expected["message_type"]!.GetValue<string>();
        var id = expected["message_id"];
        var wantsAnswer = id is not null && id.ToJsonString() is not ("0" or "\"\"");
        var hasData = expected.ContainsKey("data");
        var data = JsonSerializer.SerializeToElement(expected["data"]);
        Task sending;
        Task<JsonElement>? asking = null;
        if (wantsAnswer)
        {
            sending = asking = hasData ? _client.RequestAsync<JsonElement, JsonElement>(type, data, Cancel) : _client.RequestAsync<JsonElement>(type, Cancel);
        }
        else
        {
            sending = hasData ? _client.SendAsync(type, data, Cancel) : _client.SendAsync(type, Cancel);
            await sending.Soon();
        }
        var sent = await _socket.NextAsync();
        Assert.Equal(type, sent.Type());
        Assert.True(JsonNode.DeepEquals(expected["data"], sent["data"]), $"sent {sent.ToJsonString()}");
        Assert.Equal(hasData, sent.ContainsKey("data"));
        Assert.Equal(wantsAnswer, sent.Id() > 0);
        if (asking is not null)
        {
            _asked[id!.ToJsonString()] = (sent["message_id"]!.DeepClone(), asking);
        }
        return true;
    }

    /// <summary>Tells the client what the server says, and looks where it arrives.</summary>
    public async Task ReceiveAsync(JsonObject message)
    {
        var type = message["message_type"]!.GetValue<string>();
        var answered = message["request_id"]?.ToJsonString() is { } id && _asked.Remove(id, out var asked) ? asked : default;
        if (answered.Answer is null)
        {
            using var registration = _client.On(type, (GoHubClientMessage m, CancellationToken _) => _handled.Writer.WriteAsync(m, CancellationToken.None).AsTask());
            _socket.Push(message.ToJsonString());
            var handled = await _handled.Reader.ReadAsync(Cancel).AsTask().Soon();
            Assert.True(JsonNode.DeepEquals(message["data"], JsonNode.Parse(handled.Data.Span)));
            Assert.Equal((type, message["client_id"]?.GetValue<string>()), (handled.Type, handled.ClientId));
            return;
        }
        message["request_id"] = answered.Id!.DeepClone();
        _socket.Push(message.ToJsonString());
        if (type == "error")
        {
            var error = await Assert.ThrowsAsync<GoHubRequestException>(() => answered.Answer.Soon());
            Assert.Equal(message["data"]!["code"]!.GetValue<int>(), error.Code);
            Assert.Equal(message["data"]!["message"]!.GetValue<string>(), error.Message);
            return;
        }
        Assert.True(JsonNode.DeepEquals(message["data"], JsonNode.Parse((await answered.Answer.Soon()).GetRawText())));
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static bool IsBoolean(JsonNode? node) => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False;
}
