using System.Net;
using System.Security.Cryptography;

namespace GoHub.IntegrationTests.Wire;

/// <summary>The upgrade request of a client, every header of it free to be wrong or absent.</summary>
internal sealed record Handshake
{
    public string Path { get; init; } = "/ws";

    public string? Query { get; init; }

    public string? Host { get; init; }

    public string? Origin { get; init; }

    public string? Bearer { get; init; }

    public string[] Subprotocols { get; init; } = [];

    public string Method { get; init; } = "GET";

    public string? Connection { get; init; } = "Upgrade";

    public string? Upgrade { get; init; } = "websocket";

    public string? Version { get; init; } = "13";

    public string? Key { get; init; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>The loopback address the client comes from.</summary>
    public IPAddress Source { get; init; } = IPAddress.Loopback;

    public static Handshake WithToken(string token) => new() { Bearer = token };

    public static Handshake WithQuery(string query) => new() { Query = query };

    /// <summary>Asks for the welcome message, and so for the reconnect hint too.</summary>
    public static Handshake Welcome(string? token = null) => new() { Subprotocols = ["gohub.v1"], Bearer = token };

    public byte[] ToBytes(int port)
    {
        var text = new StringBuilder($"{Method} {Path}{(Query is null ? "" : "?" + Query)} HTTP/1.1\r\n");
        Add("Host", Host ?? $"127.0.0.1:{port}");
        Add("Connection", Connection);
        Add("Upgrade", Upgrade);
        Add("Sec-WebSocket-Version", Version);
        Add("Sec-WebSocket-Key", Key);
        Add("Origin", Origin);
        Add("Authorization", Bearer is null ? null : $"Bearer {Bearer}");
        Add("Sec-WebSocket-Protocol", Subprotocols.Length == 0 ? null : string.Join(", ", Subprotocols));
        foreach (var (name, value) in Headers)
        {
            Add(name, value);
        }
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }
    }

    /// <summary>What Sec-WebSocket-Accept must be (RFC 6455 §4.2.2); SHA-1 is what the RFC says.</summary>
    public string ExpectedAccept()
    {
#pragma warning disable CA5350
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
