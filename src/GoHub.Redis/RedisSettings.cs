using System.Net;
using StackExchange.Redis;

namespace GoHub.Redis;

/// <summary>What the options come to for the client library.</summary>
/// <remarks>Threads: immutable, any.</remarks>
internal sealed class RedisSettings(GoHubClusterOptions cluster)
{
    public const string Section = "GoHub:Cluster:Redis";

    public const string ConfigurationKey = Section + ":Configuration";

    /// <summary>Longest wait for a connection and for an answer: what a start may take while Redis is away. Unit: milliseconds.</summary>
    public const int TimeoutMilliseconds = 2_000;

    /// <summary>How often the library looks for overdue answers. Unit: milliseconds; its own default is 1,000.</summary>
    private const int HeartbeatMilliseconds = 500;

    /// <summary>Silence after which the library pings. Unit: seconds; below the common 30-60 s idle cut of proxies.</summary>
    private const int KeepAliveSeconds = 10;

    public bool ShardedRooms => cluster.Redis.ShardedPubSub;

    public string Namespace => cluster.Namespace;

    /// <summary>Prefix of every key of this cluster.</summary>
    public string KeyPrefix { get; } = $"{cluster.Redis.KeyPrefix}{cluster.Namespace}:";

    /// <summary>A channel that every node is subscribed to and nobody publishes to.</summary>
    /// <remarks>Asking for it is how the library is told to open its second connection at once, rather than at the first SUBSCRIBE, which would fail.</remarks>
    public string IdleChannel { get; } = $"gh1.{cluster.Namespace}.idle";

    /// <summary>A channel that nobody is subscribed to. Publishing to it shows at the start whether this user may publish at all.</summary>
    public string EmptyChannel { get; } = $"gh1.{cluster.Namespace}.empty";

    public static bool CanParse(string? configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration))
        {
            return false;
        }
        try
        {
            return ConfigurationOptions.Parse(configuration).EndPoints.Count > 0;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>Options of one connection.</summary>
    public ConfigurationOptions ForLink(IPushSink sink)
    {
        var options = ConfigurationOptions.Parse(cluster.Redis.Configuration);
        options.AbortOnConnectFail = true;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        // Publications and subscriptions on a connection each: what a slow subscriber is cut off from must not be its publishing.
        options.Protocol = RedisProtocol.Resp2;
        options.ConnectRetry = 1;
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, TimeoutMilliseconds);
        options.AsyncTimeout = TimeoutMilliseconds;
        options.SyncTimeout = TimeoutMilliseconds;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(HeartbeatMilliseconds);
        options.KeepAlive = KeepAliveSeconds;
        options.ClientName ??= $"gohub-{cluster.Namespace}";
        options.ConfigurationChannel = IdleChannel;
        options.TieBreaker = "";
        options.IncludeDetailInExceptions = false;
        options.SetDefaultPorts();
        options.Tunnel = new RedisTunnel(options.Tunnel, options.Ssl ? new RedisTls(options) : null, sink);
        // The tunnel speaks TLS, so that it sees what comes in the clear.
        options.Ssl = false;
        return options;
    }

    /// <summary>Where Redis is, for people; never the password.</summary>
    public static string Describe(ConfigurationOptions options) => string.Join(", ", options.EndPoints.Select(static e => e switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => e.ToString(),
    }));
}
