using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using GoHub.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using NATS.NKeys;

namespace GoHub.Nats;

/// <summary>A server to connect to.</summary>
/// <param name="Address">Without user and password.</param>
/// <param name="TlsName">The name its certificate has, where that is not the address's host: servers of a cluster tell each other's addresses as numbers.</param>
internal readonly record struct NatsServerAddress(Uri Address, string? TlsName)
{
    public override string ToString() => Address.GetLeftPart(UriPartial.Authority);
}

/// <summary>How to connect, as the options say it.</summary>
/// <remarks>Threads: immutable, any. Its text holds no secret.</remarks>
internal sealed class NatsSettings
{
    public const string TlsScheme = "tls";

    private const string PlainScheme = "nats";
    private const string DefaultUrl = "nats://127.0.0.1:4222";
    private const int DefaultPort = 4222;

    /// <summary>What the library buffers; more waits in <see cref="NatsPublisher"/>. Unit: bytes.</summary>
    /// <remarks>The library clears a 256th of it for each publication: beyond 2 MiB that is the larger cost. Measured at saturation, 256 KiB to 2 MiB differ by less than the noise.</remarks>
    private const int WriterBytes = 512 * 1024;

    private readonly GoHubNatsOptions _options;
    private readonly NatsAuthOpts _auth;
    private readonly string _name;

    public NatsSettings(GoHubClusterOptions cluster)
    {
        _options = cluster.Nats;
        _name = _options.Name ?? cluster.NodeName ?? $"{Environment.MachineName}-{Environment.ProcessId}";
        var urls = (_options.Urls.Count == 0 ? [DefaultUrl] : _options.Urls).Select(static u => TryReadUrl(u, out var uri) ? uri : throw new ArgumentException("No address of a NATS server.", nameof(cluster))).ToArray();
        Servers = [.. urls.Select(static u => new NatsServerAddress(WithoutUser(u), null))];
        _auth = Credentials(_options, urls.Select(static u => u.UserInfo).FirstOrDefault(static u => u.Length > 0));
        Namespace = cluster.Namespace;
        Replicas = _options.Replicas;
    }

    public IReadOnlyList<NatsServerAddress> Servers { get; }

    public string Namespace { get; }

    public int Replicas { get; }

    public GoHubNatsOptions Options => _options;

    public bool HasCredentials => !_auth.IsAnonymous;

    /// <summary>Longest wait for a server that says nothing, for each step of connecting.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the library asks a silent server whether it lives; it gives up after three. Below the 6 s after which peers suspect a node would need a ping a second; the node's own probe is faster.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(5);

    public static bool TryReadUrl(string url, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(url, UriKind.Absolute, out uri) && uri.Scheme is PlainScheme or TlsScheme && uri.Host.Length > 0 && uri.PathAndQuery is "" or "/" && uri.Fragment.Length == 0;

    /// <summary>An address without user and password.</summary>
    public static string Shown(Uri uri) => WithoutUser(uri).GetLeftPart(UriPartial.Authority);

    /// <summary>A server that another one told of; null if that is no address.</summary>
    public static NatsServerAddress? Discovered(string hostAndPort, NatsServerAddress teller)
    {
        if (!TryReadUrl($"{teller.Address.Scheme}://{hostAndPort}", out var address))
        {
            return null;
        }
        var name = teller.TlsName ?? teller.Address.Host;
        return new NatsServerAddress(WithoutUser(address), address.HostNameType != UriHostNameType.Dns && Uri.CheckHostName(name) == UriHostNameType.Dns ? name : null);
    }

    public NatsOpts For(NatsServerAddress server) => new()
    {
        Url = server.ToString(),
        Name = _name,
        AuthOpts = _auth,
        TlsOpts = Tls(server),
        // The library would log each attempt of an outage; what matters is logged here, once.
        LoggerFactory = NullLoggerFactory.Instance,
        WriterBufferSize = WriterBytes,
        ConnectTimeout = ConnectTimeout,
        PingInterval = PingInterval,
        PublishTimeoutOnDisconnected = true,
        // A lost connection is replaced, not mended: see NatsLink.
        ReconnectWaitMin = TimeSpan.FromHours(1),
        ReconnectWaitMax = TimeSpan.FromHours(1),
        IgnoreAuthErrorAbort = true,
    };

    private NatsTlsOpts Tls(NatsServerAddress server)
    {
        var tls = _options.Tls;
        var hasFiles = !string.IsNullOrEmpty(tls.CaFile) || !string.IsNullOrEmpty(tls.CertFile);
        var required = tls.Enabled ?? (hasFiles || server.Address.Scheme == TlsScheme);
        return new NatsTlsOpts
        {
            Mode = tls.Enabled == false ? TlsMode.Disable : required ? TlsMode.Require : TlsMode.Prefer,
            CertFile = NullIfEmpty(tls.CertFile),
            KeyFile = NullIfEmpty(tls.KeyFile),
            InsecureSkipVerify = tls.InsecureSkipVerify,
            ConfigureClientAuthentication = authentication =>
            {
                authentication.TargetHost = server.TlsName ?? server.Address.Host;
                if (!string.IsNullOrEmpty(tls.CaFile))
                {
                    authentication.CertificateChainPolicy = Trust(tls.CaFile);
                }
                return ValueTask.CompletedTask;
            },
        };
    }

    // The library's own way to a CA is a callback, after which nobody knows whether trust or the name was wrong.
    private static X509ChainPolicy Trust(string caFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy;
    }

    private static NatsAuthOpts Credentials(GoHubNatsOptions options, string? userInfo)
    {
        if (!string.IsNullOrEmpty(options.NKeySeed))
        {
            using var pair = KeyPair.FromSeed(options.NKeySeed);
            return new NatsAuthOpts { NKey = pair.GetPublicKey(), Seed = options.NKeySeed };
        }
        if (userInfo?.Split(':', 2) is { } parts)
        {
            return parts.Length == 2
                ? new NatsAuthOpts { Username = Uri.UnescapeDataString(parts[0]), Password = Uri.UnescapeDataString(parts[1]) }
                : new NatsAuthOpts { Token = Uri.UnescapeDataString(parts[0]) };
        }
        return new NatsAuthOpts
        {
            Username = NullIfEmpty(options.Username),
            Password = NullIfEmpty(options.Password),
            Token = NullIfEmpty(options.Token),
            CredsFile = NullIfEmpty(options.CredsFile),
        };
    }

    private static Uri WithoutUser(Uri uri) => new($"{uri.Scheme}://{uri.Host}:{(uri.Port > 0 ? uri.Port : DefaultPort)}");

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
