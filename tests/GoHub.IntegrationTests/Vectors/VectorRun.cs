using System.Net;

namespace GoHub.IntegrationTests.Vectors;

/// <summary>Plays one vector against a server, or against the nodes of a cluster, which take the connections in turn.</summary>
internal sealed class VectorRun(params IPEndPoint[] servers) : IAsyncDisposable
{
    private readonly Dictionary<string, WireClient> _clients = [];
    private readonly Placeholders _placeholders = new();
    private int _connections;

    public async Task PlayAsync(Vector vector)
    {
        for (var i = 0; i < vector.Steps.Count; i++)
        {
            var step = vector.Steps[i]!.AsObject();
            try
            {
                await StepAsync(step);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Step {i + 1} {step.ToJsonString()}: {e.Message}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync();
        }
    }

    private Task StepAsync(JsonObject step)
    {
        var (verb, name) = (step.First().Key, step.First().Value!.GetValue<string>());
        return verb switch
        {
            "connect" => ConnectAsync(name, step),
            "send" => SendAsync(_clients[name], step),
            "expect" => ExpectAsync(_clients[name], step["json"]),
            "quiet" => _clients[name].ExpectAliveAsync(),
            "close" => CloseAsync(_clients[name]),
            "expect_close" => _clients[name].ExpectCloseAsync(step["code"]!.GetValue<int>()),
            _ => throw new InvalidOperationException($"No such step: {verb}"),
        };
    }

    private async Task ConnectAsync(string name, JsonObject step)
    {
        var server = servers[_connections++ % servers.Length];
        var user = step["user"] is { } u ? _placeholders.Text(u.GetValue<string>()) : null;
        var permissions = step["permissions"]?.AsArray().Select(p => _placeholders.Text(p!.GetValue<string>())).ToArray();
        var token = user is null ? null : TestTokens.Create(user, permissions);
        if (step["plain"]?.GetValue<bool>() == true)
        {
            _clients[name] = await WireClient.ConnectAsync(server, new Handshake { Bearer = token });
            return;
        }
        var client = _clients[name] = await WireClient.ConnectAsync(server, Handshake.Welcome(token));
        var welcome = await client.ExpectAsync("welcome");
        _placeholders.Learn(name, welcome.Text("client_id"));
        Assert.Matches("^[A-Za-z0-9_-]{32}$", welcome.Text("client_id"));
        Assert.Equal(user, welcome.Data.TryGetProperty("user_id", out var id) ? id.GetString() : null);
    }

    private Task SendAsync(WireClient client, JsonObject step)
    {
        var bytes = step["hex"] is { } hex ? Convert.FromHexString(hex.GetValue<string>())
            : step["text"] is { } text ? Encoding.UTF8.GetBytes(_placeholders.Text(text.GetValue<string>()))
            : Encoding.UTF8.GetBytes(_placeholders.Resolve(step["json"])!.ToJsonString(WireJson.AsIs));
        var binary = step["binary"]?.GetValue<bool>() == true;
        return client.SendFrameAsync(binary ? ClientFrame.Binary(bytes) : ClientFrame.Text(bytes));
    }

    private async Task ExpectAsync(WireClient client, JsonNode? expected)
    {
        var message = await client.ReceiveAsync();
        var actual = JsonNode.Parse(message.Root.GetRawText())!;
        if (servers.Length > 1 && message.Type == "ack" && actual["data"] is JsonObject ack && ack.Remove("level", out var level))
        {
            // Only a node of a cluster says how far a message went.
            Assert.Equal("bus", level?.GetValue<string>());
        }
        var difference = JsonMatch.Difference(expected, actual, _placeholders);
        Assert.True(difference is null, $"{difference}; got {message}");
    }

    private static async Task CloseAsync(WireClient client)
    {
        await client.SendFrameAsync(ClientFrame.Close(1000));
        Assert.Equal(1000, (await client.ReadCloseAsync())?.CloseCode);
        await client.ExpectEndAsync();
    }
}
