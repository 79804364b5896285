using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GoHub.Endpoints;

/// <summary>The opening handshake (RFC 6455 §4.2; over HTTP/2 RFC 8441) and the pipe that is left after it.</summary>
internal static class Handshake
{
    /// <summary>The subprotocol of clients that know GoHub for .NET.</summary>
    public const string SubProtocol = "gohub.v1";

    /// <summary>A subprotocol that is no subprotocol: what follows is the token, since a browser can set no header.</summary>
    public const string TokenPrefix = "gohub.token.";

    private const string Version = "13";
    private static readonly byte[] Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.ToArray();

    /// <returns>Null if the request may be upgraded, else the status and the sentence to refuse it with.</returns>
    public static (int Status, string Why)? Refusal(HttpContext context)
    {
        if (IsExtendedConnect(context, out _))
        {
            return null;
        }
        var headers = context.Request.Headers;
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
            || !HttpMethods.IsGet(context.Request.Method) || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        {
            return (StatusCodes.Status400BadRequest, "This address speaks WebSocket. Connect with a WebSocket client.");
        }
        if (headers.SecWebSocketVersion != Version)
        {
            context.Response.Headers.SecWebSocketVersion = Version;
            return (StatusCodes.Status426UpgradeRequired, "Only WebSocket version 13 is spoken here.");
        }
        return IsKey(headers.SecWebSocketKey) ? null : (StatusCodes.Status400BadRequest, "Sec-WebSocket-Key must be 16 bytes in base64.");
    }

    /// <summary>Whether a client asks for <see cref="SubProtocol"/>, and the token it may have put beside it.</summary>
    public static bool AsksForSubProtocol(HttpRequest request, out string? token)
    {
        var asked = request.Headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol");
        token = asked.FirstOrDefault(p => p.StartsWith(TokenPrefix, StringComparison.Ordinal))?[TokenPrefix.Length..];
        return asked.Contains(SubProtocol, StringComparer.Ordinal);
    }

    /// <summary>Sends the 101 (or 200 over HTTP/2). Where the server lends its own pipe that is used; a stream works everywhere else.</summary>
    public static async Task<IDuplexPipe> AcceptAsync(HttpContext context, bool subProtocol, string? extensions)
    {
        if (subProtocol)
        {
            context.Response.Headers.SecWebSocketProtocol = SubProtocol;
        }
        if (extensions is not null)
        {
            context.Response.Headers.SecWebSocketExtensions = extensions;
        }
        if (IsExtendedConnect(context, out var connect))
        {
            return new StreamPipe(await connect.AcceptAsync().ConfigureAwait(false));
        }
        context.Response.Headers.SecWebSocketAccept = AcceptKey(context.Request.Headers.SecWebSocketKey.ToString().Trim());
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        // The upgraded stream is a shell around this pipe; without it there is one copy less in each direction.
        return context.Features.Get<IConnectionTransportFeature>()?.Transport ?? new StreamPipe(stream);
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 §4.2.2 asks for SHA-1; it protects nothing here.")]
    internal static string AcceptKey(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData([.. Encoding.ASCII.GetBytes(key), .. Guid], hash);
        return Convert.ToBase64String(hash);
    }

    private static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key is not null && Convert.TryFromBase64String(key.Trim(), bytes, out var length) && length == 16;
    }

    private static bool IsExtendedConnect(HttpContext context, [NotNullWhen(true)] out IHttpExtendedConnectFeature? connect)
    {
        connect = context.Features.Get<IHttpExtendedConnectFeature>();
        return connect is { IsExtendedConnect: true } && connect.Protocol == "websocket";
    }

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        // Zero-byte reads: an idle connection holds no buffer.
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }
}
