using GoHub.IntegrationTests.Vectors;

namespace GoHub.Client.Tests.Vectors;

/// <summary>Plays one vector: the client sends what a client can send, and is told what the server answers.</summary>
internal sealed class ClientVectorRun : IAsyncDisposable
{
    private readonly Dictionary<string, VectorClient> _clients = [];
    private readonly Placeholders _placeholders = new();

    /// <summary>Sends that the client made again.</summary>
    public int Sent { get; private set; }

    /// <summary>Messages that reached who asked, or a handler.</summary>
    public int Expected { get; private set; }

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

    private async Task StepAsync(JsonObject step)
    {
        var (verb, name) = (step.First().Key, step.First().Value!.GetValue<string>());
        switch (verb)
        {
            case "connect":
                _clients[name] = await VectorClient.ConnectAsync(IdOf(name), step["user"] is { } user ? _placeholders.Text(user.GetValue<string>()) : null);
                _placeholders.Learn(name, IdOf(name));
                break;
            case "send":
                Sent += await _clients[name].SendAsync(CanMake(step) ? _placeholders.Resolve(step["json"])!.AsObject() : null) ? 1 : 0;
                break;
            case "expect":
                await _clients[name].ReceiveAsync(Filled(step["json"])!.AsObject());
                Expected++;
                break;
            case "close":
                await _clients[name].DisposeAsync();
                break;
            default:
                // A silence, and a close for what this client never does, are the server's part.
                break;
        }
    }

    // A client sends envelopes, in text frames, with a type that is a text.
    private static bool CanMake(JsonObject step) =>
        step["binary"]?.GetValue<bool>() != true && step["json"] is JsonObject json && json["message_type"] is JsonValue type
        && type.GetValueKind() == JsonValueKind.String && type.GetValue<string>().Length > 0;

    private static string IdOf(string name) => name.PadRight(32, '0');

    // What a server may send where the vector leaves it open.
    private JsonNode? Filled(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Where(p => !IsText(p.Value, "$optional")).Select(p => KeyValuePair.Create(_placeholders.Text(p.Key), Filled(p.Value)))),
        JsonArray a when a.Count > 0 && (IsText(a[0], "$unordered") || IsText(a[0], "$contains")) => new JsonArray([.. a.Skip(1).Select(Filled)]),
        JsonArray a => new JsonArray([.. a.Select(Filled)]),
        _ when IsText(node, "$any") => null,
        _ when IsText(node, "$string") => "a text",
        _ when IsText(node, "$number") => 1,
        _ => _placeholders.Resolve(node),
    };

    private static bool IsText(JsonNode? node, string text) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == text;
}
