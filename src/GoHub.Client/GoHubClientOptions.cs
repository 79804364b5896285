using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace GoHub.Client;

/// <summary>All settings of a <see cref="GoHubClient"/>. Checked when the client is made; not to be changed afterwards.</summary>
public sealed class GoHubClientOptions
{
    /// <summary>A token that never changes. Default none. With it a close with 4401, or a 401, stops the client for good.</summary>
    public string? Token { get; set; }

    /// <summary>Gives a token before each attempt to connect, and a new one before the old one expires. Default none. Null from it: no token.</summary>
    /// <remarks>
    /// What it throws makes the attempt fail, which is made again with back-off. The token it gets is cancelled when the client stops, the connection it was to renew ends, or <see cref="ConnectTimeout"/>
    /// is over; a call that does not heed it is not waited for, and may still run when the next begins.
    /// </remarks>
    public Func<CancellationToken, ValueTask<string?>>? TokenProvider { get; set; }

    /// <summary>How long before its token expires (<c>exp</c>) a new one is asked for and sent on the living connection. Default 60 s; range 0 (never) to 1 day.</summary>
    /// <remarks>Never more than a quarter of the token's remaining life, so that one of two minutes is renewed after a minute and a half.</remarks>
    public TimeSpan RefreshBefore { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request waits for its answer, the time in the queue included. Default 10 s; range 1 ms to 1 day.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt to connect may take, the token provider included. Default 20 s; range 1 ms to 1 day.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the server may take to answer a close frame before the connection is cut off. Default 2 s, as the server has it; range 0 to 1 minute.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest the first pause between two attempts may be; it doubles with each. Default 500 ms; range 1 ms to <see cref="ReconnectMaxDelay"/>.</summary>
    /// <remarks>The pause is a random part of it, from nothing to all (full jitter), so that clients that lost one server do not meet at the next.</remarks>
    public TimeSpan ReconnectBaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What the pause between two attempts grows to. Default 30 s; at most 1 day.</summary>
    public TimeSpan ReconnectMaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the connection may be silent before a ping is sent. Default 25 s, below the usual idle limits of proxies; range 0 (no pings) to 1 day.</summary>
    /// <remarks>Goes by the machine's clock, whatever <see cref="TimeProvider"/> says. Not used with a <see cref="WebSocketFactory"/>.</remarks>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the answer to that ping may take before the connection is given up. Default 10 s; range 0 (for ever) to 1 day.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What becomes of messages and requests while there is no connection. Default <see cref="GoHub.Client.WhileOffline.Queue"/>.</summary>
    public WhileOffline WhileOffline { get; set; } = WhileOffline.Queue;

    /// <summary>Most messages and requests that wait for a connection. Default 100; at least 1. Beyond it they are refused.</summary>
    public int MaxQueued { get; set; } = 100;

    /// <summary>Most bytes that wait for a connection. Default 262,144; at least 1,024. Beyond it they are refused.</summary>
    public int MaxQueuedBytes { get; set; } = 256 * 1024;

    /// <summary>Largest message that is taken from the server. Unit: bytes. Default 1 MiB; range 128 to 1 GiB. A larger one ends the connection with 1009.</summary>
    public int MaxMessageSize { get; set; } = 1024 * 1024;

    /// <summary>Most messages that wait for handlers, and most that wait in one enumeration. Default 1,000; at least 1.</summary>
    /// <remarks>
    /// Handlers are awaited one after the other. When so many messages wait for them, nothing more is read from the socket until they have caught up; a handler that then waits for the answer to a request of its own
    /// waits in vain. An enumeration never holds up anybody: it loses its oldest messages, and says how many (<see cref="GoHubClientMessage.Missed"/>).
    /// </remarks>
    public int MaxBuffered { get; set; } = 1000;

    /// <summary>Most bytes that wait so. Default 4 MiB; at least 1,024. One message may be larger.</summary>
    public int MaxBufferedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether permessage-deflate (RFC 7692) is offered, without context takeover. Default false.</summary>
    /// <remarks>Leave it off where a message may hold a secret beside text that somebody else chose: its size then tells about the secret (CRIME, BREACH).</remarks>
    public bool Compression { get; set; }

    /// <summary>How data becomes JSON and back. Default: camelCase, case-insensitive, every constructor parameter required, as the server has it. Add source-generated contexts to its <c>TypeInfoResolverChain</c>.</summary>
    public JsonSerializerOptions Json { get; } = ClientJson.CreateOptions();

    /// <summary>The clock of all pauses, limits and expiries. Default the machine's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the client's log goes. Default nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Makes the meter <c>GoHub.Client</c>. Default: one meter for all clients of the process that have no factory.</summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Sends the upgrade request: a shared <see cref="HttpClient"/>, or the handler of a test server. Default .NET's own. Stays the caller's.</summary>
    public HttpMessageInvoker? HttpInvoker { get; set; }

    /// <summary>Sets more of the socket before each attempt: headers, certificates, a proxy. Default none. Runs after the client's own settings.</summary>
    public Action<ClientWebSocketOptions>? ConfigureWebSocket { get; set; }

    /// <summary>Makes the connection instead of a <see cref="ClientWebSocket"/>. Default none. The socket becomes the client's.</summary>
    /// <remarks>May throw a <see cref="GoHubUpgradeRefusedException"/> to say how an HTTP server refused.</remarks>
    public Func<GoHubConnectContext, CancellationToken, Task<WebSocket>>? WebSocketFactory { get; set; }

    /// <summary>Draws from [0, 1). Tests set it.</summary>
    internal Func<double> Jitter { get; set; } = Random.Shared.NextDouble;
}

/// <summary>What becomes of messages and requests while there is no connection.</summary>
public enum WhileOffline
{
    /// <summary>They wait, in order, and go out after the rooms were joined again. A request's timeout runs meanwhile.</summary>
    Queue,

    /// <summary>They are refused at once with <see cref="GoHubClientError.Refused"/>.</summary>
    Refuse,
}
