using System.Security.Cryptography;
using System.Text;
using GoHub.Bus;
using GoHub.Security;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace GoHub;

/// <summary>Checks all options at start-up; each failure is a sentence that names the key and says what to write.</summary>
internal sealed class GoHubOptionsValidator(IEnumerable<BusProvider> buses) : IValidateOptions<GoHubOptions>
{
    public const string Section = "GoHub";

    private const int MinSecretBytes = 32;

    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, GoHubOptions options)
    {
        List<string> problems = [];
        CheckConnections(options, problems);
        CheckAuth(options.Auth, problems);
        CheckCluster(options.Cluster, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckConnections(GoHubOptions options, List<string> problems)
    {
        Check(options.Path?.StartsWith('/') == true, "GoHub:Path", options.Path, "a path that starts with '/', such as /ws");
        Check(options.MaxMessageSize is >= 128 and <= 1 << 30, "GoHub:MaxMessageSize", options.MaxMessageSize, "a number of bytes from 128 to 1073741824");
        Check(IsShort(options.KeepAliveInterval), "GoHub:KeepAliveInterval", options.KeepAliveInterval, "a time such as 00:00:20, or 00:00:00 for no pings");
        Check(IsShort(options.IdleTimeout), "GoHub:IdleTimeout", options.IdleTimeout, "a time such as 00:01:00, or 00:00:00 for no limit");
        Check(IsShort(options.WriteTimeout), "GoHub:WriteTimeout", options.WriteTimeout, "a time such as 00:00:10, or 00:00:00 for no limit");
        Check(Enum.IsDefined(options.Transport), "GoHub:Transport", options.Transport, "auto, epoll or sockets");
        Check(options.Transport != GoHubTransport.Epoll || OperatingSystem.IsLinux(), "GoHub:Transport", options.Transport, "auto or sockets: only Linux has epoll");
        Check(options.Loops is >= 0 and <= 1024, "GoHub:Loops", options.Loops, "a number from 0 (one for each processor) to 1024");
        Check(options.FlushInterval >= TimeSpan.Zero && options.FlushInterval <= TimeSpan.FromMilliseconds(100), "GoHub:FlushInterval", options.FlushInterval, "a time from 00:00:00 to 00:00:00.1");
        Check(options.SendQueue.SocketBytes is >= 4096 and <= 16 * 1024 * 1024, "GoHub:SendQueue:SocketBytes", options.SendQueue.SocketBytes, "a number of bytes from 4096 to 16777216");
        Check(options.SendQueue.MaxMessages >= 1, "GoHub:SendQueue:MaxMessages", options.SendQueue.MaxMessages, "a number from 1 up");
        Check(options.SendQueue.MaxBytes >= 1024, "GoHub:SendQueue:MaxBytes", options.SendQueue.MaxBytes, "a number of bytes from 1024 up");
        Check(Enum.IsDefined(options.SendQueue.WhenFull), "GoHub:SendQueue:WhenFull", options.SendQueue.WhenFull, "Disconnect, DropOldest or DropNewest");
        Check(options.Compression.MinSize >= 0, "GoHub:Compression:MinSize", options.Compression.MinSize, "a number of bytes from 0 (all) up");
        Check(options.Limits.Connections >= 0, "GoHub:Limits:Connections", options.Limits.Connections, "a number from 0 (no limit) up");
        Check(options.Limits.ConnectionsPerIp >= 0, "GoHub:Limits:ConnectionsPerIp", options.Limits.ConnectionsPerIp, "a number from 0 (no limit) up");
        Check(options.Limits.ConnectionsPerUser >= 0, "GoHub:Limits:ConnectionsPerUser", options.Limits.ConnectionsPerUser, "a number from 0 (no limit) up");
        Check(options.Limits.ConnectsPerSecond is >= 0 and <= 100_000, "GoHub:Limits:ConnectsPerSecond", options.Limits.ConnectsPerSecond, "a number from 0 (no limit) to 100000");
        Check(options.Limits.MessagesPerSecond >= 0, "GoHub:Limits:MessagesPerSecond", options.Limits.MessagesPerSecond, "a number from 0 (no limit) up");
        Check(options.Limits.RoomsPerConnection >= 0, "GoHub:Limits:RoomsPerConnection", options.Limits.RoomsPerConnection, "a number from 0 (no limit) up");
        Check(options.Rooms.MaxRooms >= 0, "GoHub:Rooms:MaxRooms", options.Rooms.MaxRooms, "a number from 0 (no limit) up");
        Check(options.Drain.Rate >= 1, "GoHub:Drain:Rate", options.Drain.Rate, "a number of connections a second from 1 up");
        Check(options.Drain.Timeout >= TimeSpan.Zero && options.Drain.Timeout <= TimeSpan.FromHours(1), "GoHub:Drain:Timeout", options.Drain.Timeout, "a time from 00:00:00 to 01:00:00");
        foreach (var origin in options.AllowedOrigins)
        {
            var isOrigin = Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0;
            Check(origin == "*" || isOrigin, "GoHub:AllowedOrigins", origin, "origins such as https://app.example or https://app.example:8443, or *");
        }

        // "60" is read as 60 days, which nobody means.
        static bool IsShort(TimeSpan time) => time >= TimeSpan.Zero && time <= TimeSpan.FromDays(1);

        void Check(bool good, string key, object? value, string write)
        {
            if (!good)
            {
                problems.Add($"{key} is '{value}'. Set it to {write}.");
            }
        }
    }

    private static void CheckAuth(GoHubAuthOptions auth, List<string> problems)
    {
        var jwt = auth.Jwt;
        if (!auth.AllowAnonymous && !jwt.IsConfigured)
        {
            problems.Add("GoHub:Auth:AllowAnonymous is false, but nothing can check a token. Set GoHub:Auth:Jwt:SecretKey to a secret of at least 32 bytes, "
                + "or GoHub:Auth:Jwt:Authority to your issuer's address.");
        }
        if (jwt.SecretKey is { } secret && Encoding.UTF8.GetByteCount(secret) < MinSecretBytes)
        {
            problems.Add($"GoHub:Auth:Jwt:SecretKey has {Encoding.UTF8.GetByteCount(secret)} bytes. Set it to a random secret of at least {MinSecretBytes} bytes (RFC 7518 §3.2).");
        }
        if (jwt.Authority is { } authority && !(Uri.TryCreate(authority, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true })))
        {
            problems.Add($"GoHub:Auth:Jwt:Authority is '{authority}'. Set it to an https address such as https://login.example.");
        }
        if (jwt.PublicKeyPem is { } pem)
        {
            CheckPublicKey(pem, problems);
        }
        if (string.IsNullOrEmpty(jwt.Issuer))
        {
            problems.Add("GoHub:Auth:Jwt:Issuer is empty. Set it to the 'iss' your tokens carry; the default is 'gohub'.");
        }
        if (jwt.Audience?.Length == 0)
        {
            problems.Add("GoHub:Auth:Jwt:Audience is empty. Set it to the 'aud' your tokens carry, or remove it.");
        }
        if (jwt.ClockSkew < TimeSpan.Zero || jwt.ClockSkew > MaxClockSkew)
        {
            problems.Add($"GoHub:Auth:Jwt:ClockSkew is '{jwt.ClockSkew}'. Set it to a time from 00:00:00 to 00:05:00.");
        }
        if (auth.FirstMessageTimeout < TimeSpan.FromSeconds(1) || auth.FirstMessageTimeout > MaxClockSkew)
        {
            problems.Add($"GoHub:Auth:FirstMessageTimeout is '{auth.FirstMessageTimeout}'. Set it to a time from 00:00:01 to 00:05:00.");
        }
    }

    private void CheckCluster(GoHubClusterOptions cluster, List<string> problems)
    {
        var known = buses.Select(b => b.Name).Distinct().ToArray();
        if (!BusChoice.IsNone(cluster.Bus) && !known.Contains(cluster.Bus, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add(cluster.Bus?.ToUpperInvariant() is "NATS" or "REDIS"
                ? $"GoHub:Cluster:Bus is '{cluster.Bus}', but nothing in this app speaks it. Set it to 'none', or call AddGoHub().Add{(cluster.Bus.Equals("nats", StringComparison.OrdinalIgnoreCase) ? "Nats" : "Redis")}()."
                : $"GoHub:Cluster:Bus is '{cluster.Bus}'. Set it to {string.Join(", ", known.Append("none").Select(b => $"'{b}'"))}.");
        }
        if (cluster.Namespace is not { Length: >= 1 and <= 64 } space || !space.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            problems.Add($"GoHub:Cluster:Namespace is '{cluster.Namespace}'. Set it to 1 to 64 of the characters A-Z, a-z, 0-9, _ and -.");
        }
        if (!Enum.IsDefined(cluster.Capacity))
        {
            problems.Add($"GoHub:Cluster:Capacity is '{cluster.Capacity}'. Set it to Auto, Strict or BestEffort.");
        }
    }

    private static void CheckPublicKey(string pem, List<string> problems)
    {
        try
        {
            if (TokenValidator.ReadPublicKey(pem) is ECDsaSecurityKey { KeySize: not 256 } curve)
            {
                problems.Add($"GoHub:Auth:Jwt:PublicKeyPem is an elliptic curve key of {curve.KeySize} bits. Set it to a P-256 key, which ES256 is signed with, or an RSA key.");
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problems.Add($"GoHub:Auth:Jwt:PublicKeyPem cannot be read ({e.Message}). Set it to an RSA or EC P-256 public key, or a certificate, in PEM.");
        }
    }
}
