namespace GoHub.IntegrationTests.Wire;

/// <summary>An envelope from the server.</summary>
internal sealed record Message(JsonElement Root)
{
    public string Type => Root.GetProperty("message_type").GetString()!;

    public JsonElement Data => Root.GetProperty("data");

    /// <summary>The JSON of <c>request_id</c>, or null if there is none.</summary>
    public string? RequestId => Root.TryGetProperty("request_id", out var id) ? id.GetRawText() : null;

    public string? ClientId => Root.TryGetProperty("client_id", out var id) ? id.GetString() : null;

    public int ErrorCode => Data.GetProperty("code").GetInt32();

    public string Text(string field) => Data.GetProperty(field).GetString()!;

    public static Message Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return new Message(document.RootElement.Clone());
    }

    public override string ToString()
    {
        var text = Root.GetRawText();
        return text.Length > 400 ? text[..400] + "…" : text;
    }
}
