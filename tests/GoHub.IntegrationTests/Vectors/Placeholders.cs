using System.Globalization;

namespace GoHub.IntegrationTests.Vectors;

/// <summary>What the placeholders of one vector stand for while it runs.</summary>
internal sealed class Placeholders
{
    private readonly Dictionary<string, string> _ids = [];

    /// <summary>Different for each run.</summary>
    public string Unique { get; } = Guid.NewGuid().ToString("N")[..10];

    public void Learn(string connection, string id) => _ids[connection] = id;

    public string Id(string connection) => _ids.TryGetValue(connection, out var id) ? id : throw new InvalidOperationException($"Connection '{connection}' has no known id.");

    /// <summary>A copy of <paramref name="node"/> as it is sent.</summary>
    public JsonNode? Resolve(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(Text(p.Key), Resolve(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Resolve)]),
        JsonValue v when v.GetValueKind() == JsonValueKind.String => ResolveText(v.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    /// <summary>Replaces what stands inside a text.</summary>
    public string Text(string text)
    {
        if (text.StartsWith("$id:", StringComparison.Ordinal))
        {
            return Id(text["$id:".Length..]);
        }
        if (text.StartsWith("$repeat:", StringComparison.Ordinal))
        {
            var parts = text.Split(':');
            return string.Concat(Enumerable.Repeat(parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture)));
        }
        if (text.StartsWith("$token:", StringComparison.Ordinal))
        {
            var parts = text.Split(':', 3);
            return TestTokens.For(Text(parts[1]), parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries));
        }
        return text.Replace("$unique", Unique, StringComparison.Ordinal);
    }

    private JsonNode ResolveText(string text) => text == "$now" ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() : Text(text);
}
