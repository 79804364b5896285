using System.Text.Json.Serialization.Metadata;
using System.Text.Json;
using GoHub.Protocol;

namespace GoHub;

/// <summary>All settings of a node: those of <see cref="GoHubSettings"/>, and what only code can say.</summary>
public sealed class GoHubOptions : GoHubSettings
{
    /// <summary>How handlers' data is read and results are written. Default: camelCase, case-insensitive, every constructor parameter required. Add source-generated contexts to its <c>TypeInfoResolverChain</c>.</summary>
    public JsonSerializerOptions Json { get; } = AppJson.CreateOptions(JsonTypeInfoResolver.Combine(WireJson.Default, AppJson.CreateResolver()));
}

/// <summary>The settings of a node that the <c>GoHub</c> section of the configuration can say, checked at start-up.</summary>
/// <remarks>Frozen once the host has started. A bad value or an unknown key stops the start with a sentence that says what to write.</remarks>
public class GoHubSettings
{
    /// <summary>Where <c>MapGoHub()</c> puts the WebSocket endpoint. Default <c>/ws</c>, as the Go original.</summary>
    public string Path { get; set; } = "/ws";

    /// <summary>Largest inbound message. Unit: bytes. Default 65,536; range 128 to 1 GiB.</summary>
    /// <remarks>Exceeding it closes the connection with 1009; no handler runs.</remarks>
    public int MaxMessageSize { get; set; } = 64 * 1024;

    /// <summary>How long a connection may be silent before the node pings it. Default 20 s; 0 sends no pings.</summary>
    /// <remarks>Never longer than half of <see cref="IdleTimeout"/>, so that a listener that sends nothing can answer in time.</remarks>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long nothing at all may come from a peer, pongs included. Default 60 s; 0 means for ever.</summary>
    /// <remarks>A dead peer is gone within this time plus 4 s: one for the clock, two for the close handshake (4408), one to spare.</remarks>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a peer may take none of what is sent to it. Default 10 s; 0 means for ever. Exceeding it closes with 4508.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What serves the endpoints of <see cref="GoHubServer"/> and the standalone server. Default <see cref="GoHubTransport.Auto"/>.</summary>
    /// <remarks>An app that builds its own host says <c>builder.WebHost.UseGoHubTransport()</c>, which follows this setting.</remarks>
    public GoHubTransport Transport { get; set; } = GoHubTransport.Auto;

    /// <summary>Loops of the epoll transport, each one thread with its share of the connections. Default 0: one for each processor; range 0 to 1,024.</summary>
    public int Loops { get; set; }

    /// <summary>How long broadcasts may gather before they leave a loop that has much to send. Default 2 ms; range 0 (never) to 100 ms.</summary>
    /// <remarks>A loop pauses no longer than its last sending took, so one that is idle sends at once. Answers never wait. Epoll transport only.</remarks>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Whether the memory that many connects at once leave behind is given back a second after they end. Default true.</summary>
    /// <remarks>By one blocking, compacting garbage collection after 1,000 connects or more, at most every 30 s, and only while the heap is below 512 MB. Turn it off where a pause of some 10 ms must not be.</remarks>
    public bool TrimAfterConnects { get; set; } = true;

    /// <summary>What may wait for one slow peer.</summary>
    public GoHubSendQueueOptions SendQueue { get; set; } = new();

    /// <summary>Whether and from which size on messages are compressed.</summary>
    public GoHubCompressionOptions Compression { get; set; } = new();

    /// <summary>Origins that browsers may connect from, each as <c>https://host[:port]</c>, or <c>*</c> for any.</summary>
    /// <remarks>Default none: a browser may connect only from the origin of the page's own host. A request without <c>Origin</c> is no browser's and passes.</remarks>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>How much one node, address, user and connection may use.</summary>
    public GoHubLimitOptions Limits { get; set; } = new();

    /// <summary>How rooms come and go.</summary>
    public GoHubRoomOptions Rooms { get; set; } = new();

    /// <summary>Who may connect and do what.</summary>
    public GoHubAuthOptions Auth { get; set; } = new();

    /// <summary>How a node says goodbye.</summary>
    public GoHubDrainOptions Drain { get; set; } = new();

    /// <summary>How nodes are joined.</summary>
    public GoHubClusterOptions Cluster { get; set; } = new();

    /// <summary>Whether an <c>error</c> reply to a handler that threw carries the exception's text. Default: only in the Development environment.</summary>
    public bool? EnableDetailedErrors { get; set; }
}

/// <summary>The bounds of one connection's send queue.</summary>
public sealed class GoHubSendQueueOptions
{
    /// <summary>Most frames that wait. Default 256, as the Go original's message buffer; at least 1.</summary>
    public int MaxMessages { get; set; } = 256;

    /// <summary>Most bytes that wait. Default 1 MiB, as Centrifugo; at least 1,024.</summary>
    public int MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>What the kernel may hold for a peer beside the queue (SO_SNDBUF; the kernel takes twice the value). Unit: bytes. Default 131,072; range 4,096 to 16 MiB.</summary>
    /// <remarks>Epoll transport only. Left to itself the kernel was seen to hold 3.9 MB for one peer that did not read. Raise it for few, far and fast receivers.</remarks>
    public int SocketBytes { get; set; } = 128 * 1024;

    /// <summary>What happens to a peer whose queue is full. Default <see cref="SlowConsumer.Disconnect"/>.</summary>
    public SlowConsumer WhenFull { get; set; } = SlowConsumer.Disconnect;
}

/// <summary>Compression of messages for clients that offer it (permessage-deflate, RFC 7692), without context takeover.</summary>
public sealed class GoHubCompressionOptions
{
    /// <summary>Whether an offer is taken. Default false.</summary>
    /// <remarks>
    /// Leave it off where a message may hold a secret beside text that somebody else chose: its size then tells about the secret (CRIME, BREACH).
    /// What comes in is inflated up to <see cref="GoHubSettings.MaxMessageSize"/> and no further.
    /// </remarks>
    public bool Enabled { get; set; }

    /// <summary>Smallest payload that is compressed. Unit: bytes. Default 512, from where on text shrinks by a third or more; at least 0.</summary>
    public int MinSize { get; set; } = 512;
}

/// <summary>What carries the bytes between Kestrel and the network.</summary>
public enum GoHubTransport
{
    /// <summary>Epoll loops on Linux, the stock transport elsewhere.</summary>
    Auto,

    /// <summary>Epoll loops; the start fails where there are none.</summary>
    Epoll,

    /// <summary>ASP.NET Core's stock transport.</summary>
    Sockets,
}

/// <summary>What happens when a connection's send queue is full. Each dropped frame is counted in <c>gohub_messages_dropped_total</c>.</summary>
public enum SlowConsumer
{
    /// <summary>The connection is closed with 4508.</summary>
    Disconnect,

    /// <summary>The oldest waiting frames make room.</summary>
    DropOldest,

    /// <summary>The new frame is dropped.</summary>
    DropNewest,
}

/// <summary>Limits of a node. 0 means none.</summary>
public sealed class GoHubLimitOptions
{
    /// <summary>Connections of the node. Default 0. Above it an upgrade is answered 503 with <c>Retry-After</c>.</summary>
    public int Connections { get; set; }

    /// <summary>Connections from one address (of IPv6: one /64). Default 0. Above it an upgrade is answered 429.</summary>
    public int ConnectionsPerIp { get; set; }

    /// <summary>Connections of one user. Default 0. Above it an upgrade is answered 429, and a sign-in with error 1005.</summary>
    public int ConnectionsPerUser { get; set; }

    /// <summary>New connections of the node in any one second. Default 0; at most 100,000. Above it an upgrade is answered 503, and <c>Retry-After</c> gives each its own moment.</summary>
    public int ConnectsPerSecond { get; set; }

    /// <summary>Messages of one connection in a second. Default 0. Above it a message is dropped and answered with error 1005; who keeps on is closed with 4429.</summary>
    public int MessagesPerSecond { get; set; }

    /// <summary>Rooms that one connection may be in at once. Default 128. Above it a join is answered with error 1005.</summary>
    public int RoomsPerConnection { get; set; } = 128;
}

/// <summary>How rooms come and go.</summary>
public sealed class GoHubRoomOptions
{
    /// <summary>Whether joining an unknown room creates it, for those who may create rooms or not; it goes when its last member leaves. Default false.</summary>
    public bool AutoCreate { get; set; }

    /// <summary>Rooms of the node. Default 100,000; 0 means no limit. Above it a creation is answered with error 1005.</summary>
    public int MaxRooms { get; set; } = 100_000;

    /// <summary>Whether only members may send to a room. Default true.</summary>
    public bool MembersOnly { get; set; } = true;
}

/// <summary>How a node says goodbye on SIGTERM or Ctrl+C.</summary>
public sealed class GoHubDrainOptions
{
    /// <summary>Connections closed in a second, so that clients do not all come back at once. Default 500; at least 1.</summary>
    public int Rate { get; set; } = 500;

    /// <summary>When the node stops regardless. Default 30 s; 0 closes all at once.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
