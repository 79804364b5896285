using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Net.WebSockets;

namespace GoHub.Client.Connecting;

/// <summary>Opens sockets.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class Connector(Uri uri, GoHubClientOptions options)
{
    /// <summary>Whoever offers it gets <c>welcome</c>, <c>gap</c> and <c>reconnect</c>.</summary>
    public const string SubProtocol = "gohub.v1";

    /// <exception cref="GoHubUpgradeRefusedException">An HTTP server answered with another status than 101.</exception>
    public Task<WebSocket> ConnectAsync(string? token, int attempt, CancellationToken cancellationToken) => options.WebSocketFactory is { } factory
        ? AskAsync(factory(new GoHubConnectContext(uri, SubProtocol, token, attempt), cancellationToken), cancellationToken)
        : ConnectAsync(token, cancellationToken);

    // Waited for apart, so that a factory that does not look at its token cannot hold up a stop.
    private static async Task<WebSocket> AskAsync(Task<WebSocket> connecting, CancellationToken cancellationToken)
    {
        try
        {
            return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException("The WebSocketFactory gave no socket.");
        }
        catch (OperationCanceledException) when (!connecting.IsCompleted)
        {
            _ = connecting.ContinueWith(static late => late.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller's, unless it fails.")]
    private async Task<WebSocket> ConnectAsync(string? token, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            Set(socket.Options, token);
            await socket.ConnectAsync(uri, options.HttpInvoker, cancellationToken).ConfigureAwait(false);
            // Kept for as long as the connection otherwise, and nobody looks at them.
            socket.HttpResponseHeaders = null;
            return socket;
        }
        catch (WebSocketException e) when ((int)socket.HttpStatusCode is not (0 or 101))
        {
            var refusal = new GoHubUpgradeRefusedException((int)socket.HttpStatusCode, RetryAfter(socket.HttpResponseHeaders), e);
            socket.Dispose();
            throw refusal;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Set(ClientWebSocketOptions socket, string? token)
    {
        socket.CollectHttpResponseDetails = true;
        socket.AddSubProtocol(SubProtocol);
        socket.KeepAliveInterval = options.KeepAliveInterval;
        socket.KeepAliveTimeout = options.KeepAliveTimeout > TimeSpan.Zero ? options.KeepAliveTimeout : Timeout.InfiniteTimeSpan;
        if (token is not null)
        {
            socket.SetRequestHeader("Authorization", "Bearer " + token);
        }
        if (options.Compression)
        {
            socket.DangerousDeflateOptions = new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false };
        }
        options.ConfigureWebSocket?.Invoke(socket);
    }

    private TimeSpan? RetryAfter(IReadOnlyDictionary<string, IEnumerable<string>>? headers)
    {
        if (headers is null || !headers.TryGetValue("Retry-After", out var values) || !RetryConditionHeaderValue.TryParse(values.FirstOrDefault(), out var value))
        {
            return null;
        }
        var after = value.Delta ?? value.Date - options.TimeProvider.GetUtcNow();
        return after > TimeSpan.Zero ? after : TimeSpan.Zero;
    }
}
