using System.Globalization;

namespace GoHub.IntegrationTests.Wire;

/// <summary>What the server answered to an upgrade request.</summary>
internal sealed record HandshakeResponse(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static async Task<HandshakeResponse> ReadAsync(ByteReader reader)
    {
        var head = await reader.ReadLineAsync();
        var status = int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = await reader.ReadLineAsync(); line.Length > 0; line = await reader.ReadLineAsync())
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        var body = status == 101 ? "" : await ReadBodyAsync(reader, headers);
        return new HandshakeResponse(status, headers, body);
    }

    private static async Task<string> ReadBodyAsync(ByteReader reader, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length))
        {
            return Encoding.UTF8.GetString(await reader.ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture)));
        }
        if (!headers.ContainsKey("Transfer-Encoding"))
        {
            return "";
        }
        var body = new StringBuilder();
        while (true)
        {
            var size = int.Parse(await reader.ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return body.ToString();
            }
            body.Append(Encoding.UTF8.GetString(await reader.ReadExactlyAsync(size)));
            await reader.ReadLineAsync();
        }
    }
}
