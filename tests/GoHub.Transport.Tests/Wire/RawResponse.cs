namespace GoHub.Transport.Tests.Wire;

/// <summary>One HTTP/1.1 response as it came over the wire, its chunks joined.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public bool IsLast => Headers.TryGetValue("Connection", out var connection) && connection == "close";
}
