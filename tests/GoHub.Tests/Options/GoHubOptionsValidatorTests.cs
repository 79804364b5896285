using System.Security.Cryptography;

namespace GoHub.Tests.Options;

public sealed class GoHubOptionsValidatorTests
{
    private static readonly TimeSpan BelowZero = TimeSpan.FromTicks(-1);

    public static TheoryData<string, Action<GoHubOptions>> BadOptions => new()
    {
        { "GoHub:Path", o => o.Path = "ws" },
        { "GoHub:Path", o => o.Path = "" },
        { "GoHub:Path", o => o.Path = null! },
        { "GoHub:MaxMessageSize", o => o.MaxMessageSize = 127 },
        { "GoHub:MaxMessageSize", o => o.MaxMessageSize = (1 << 30) + 1 },
        { "GoHub:KeepAliveInterval", o => o.KeepAliveInterval = BelowZero },
        { "GoHub:IdleTimeout", o => o.IdleTimeout = BelowZero },
        { "GoHub:WriteTimeout", o => o.WriteTimeout = BelowZero },
        { "GoHub:SendQueue:MaxMessages", o => o.SendQueue.MaxMessages = 0 },
        { "GoHub:SendQueue:MaxBytes", o => o.SendQueue.MaxBytes = 1023 },
        { "GoHub:SendQueue:WhenFull", o => o.SendQueue.WhenFull = (SlowConsumer)9 },
        { "GoHub:Compression:MinSize", o => o.Compression.MinSize = -1 },
        { "GoHub:Limits:Connections", o => o.Limits.Connections = -1 },
        { "GoHub:Limits:ConnectionsPerIp", o => o.Limits.ConnectionsPerIp = -1 },
        { "GoHub:Limits:ConnectionsPerUser", o => o.Limits.ConnectionsPerUser = -1 },
        { "GoHub:Limits:MessagesPerSecond", o => o.Limits.MessagesPerSecond = -1 },
        { "GoHub:Limits:ConnectsPerSecond", o => o.Limits.ConnectsPerSecond = 100_001 },
        { "GoHub:Limits:RoomsPerConnection", o => o.Limits.RoomsPerConnection = -1 },
        { "GoHub:Rooms:MaxRooms", o => o.Rooms.MaxRooms = -1 },
        { "GoHub:Drain:Rate", o => o.Drain.Rate = 0 },
        { "GoHub:Drain:Timeout", o => o.Drain.Timeout = BelowZero },
        { "GoHub:Drain:Timeout", o => o.Drain.Timeout = TimeSpan.FromHours(2) },
        { "GoHub:AllowedOrigins", o => o.AllowedOrigins.Add("app.example") },
        { "GoHub:AllowedOrigins", o => o.AllowedOrigins.Add("ftp://app.example") },
        { "GoHub:AllowedOrigins", o => o.AllowedOrigins.Add("https://app.example/path") },
        { "GoHub:AllowedOrigins", o => o.AllowedOrigins.Add("https://user@app.example") },
        { "GoHub:AllowedOrigins", o => o.AllowedOrigins.Add("null") },
        { "GoHub:Cluster:Bus", o => o.Cluster.Bus = "nats" },
        { "GoHub:Cluster:Bus", o => o.Cluster.Bus = "pigeons" },
        { "GoHub:Cluster:Namespace", o => o.Cluster.Namespace = "a.b" },
        { "GoHub:Auth:AllowAnonymous", o => o.Auth.AllowAnonymous = false },
        { "GoHub:Auth:Jwt:SecretKey", o => o.Auth.Jwt.SecretKey = new string('x', 31) },
        { "GoHub:Auth:Jwt:SecretKey", o => o.Auth.Jwt.SecretKey = "" },
        { "GoHub:Auth:Jwt:Authority", o => o.Auth.Jwt.Authority = "login" },
        { "GoHub:Auth:Jwt:Authority", o => o.Auth.Jwt.Authority = "http://login.example" },
        { "GoHub:Auth:Jwt:Issuer", o => o.Auth.Jwt.Issuer = "" },
        { "GoHub:Auth:Jwt:Audience", o => o.Auth.Jwt.Audience = "" },
        { "GoHub:Auth:Jwt:ClockSkew", o => o.Auth.Jwt.ClockSkew = BelowZero },
        { "GoHub:Auth:Jwt:ClockSkew", o => o.Auth.Jwt.ClockSkew = TimeSpan.FromMinutes(6) },
        { "GoHub:Auth:Jwt:PublicKeyPem", o => o.Auth.Jwt.PublicKeyPem = "nonsense" },
        { "GoHub:Auth:Jwt:PublicKeyPem", o => o.Auth.Jwt.PublicKeyPem = ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportSubjectPublicKeyInfoPem() },
        { "GoHub:Auth:FirstMessageTimeout", o => o.Auth.FirstMessageTimeout = TimeSpan.Zero },
        { "GoHub:Auth:FirstMessageTimeout", o => o.Auth.FirstMessageTimeout = TimeSpan.FromMinutes(6) },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void Validate_WhenAnOptionIsBad_NamesItsKeyAndSaysWhatToWrite(string key, Action<GoHubOptions> spoil)
    {
        var options = new GoHubOptions();
        spoil(options);

        var result = new GoHubOptionsValidator([]).Validate(null, options);

        Assert.True(result.Failed);
        var failure = Assert.Single(result.Failures!);
        Assert.StartsWith(key + " ", failure, StringComparison.Ordinal);
        Assert.Contains("Set ", failure, StringComparison.Ordinal);
    }

    public static TheoryData<Action<GoHubOptions>> GoodOptions => new()
    {
        _ => { },
        o => o.MaxMessageSize = 128,
        o => o.KeepAliveInterval = o.IdleTimeout = o.WriteTimeout = TimeSpan.Zero,
        o => o.AllowedOrigins.Add("*"),
        o => o.AllowedOrigins.Add("https://app.example:8443"),
        o => o.AllowedOrigins.Add("http://localhost:3000/"),
        o => o.Auth.Jwt.SecretKey = new string('x', 32),
        o => o.Auth.Jwt.SecretKey = new string('é', 16),
        o => (o.Auth.AllowAnonymous, o.Auth.Jwt.Authority) = (false, "https://login.example"),
        o => o.Auth.Jwt.Authority = "http://localhost:5001",
        o => o.Auth.Jwt.PublicKeyPem = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfoPem(),
        o => o.Auth.Jwt.PublicKeyPem = RSA.Create(2048).ExportRSAPublicKeyPem(),
        o => o.Drain.Timeout = TimeSpan.Zero,
        o => o.Cluster.Bus = "None",
    };

    [Theory]
    [MemberData(nameof(GoodOptions), DisableDiscoveryEnumeration = true)]
    public void Validate_WhenOptionsAreGood_Succeeds(Action<GoHubOptions> change)
    {
        var options = new GoHubOptions();
        change(options);

        Assert.Null(new GoHubOptionsValidator([]).Validate(null, options).FailureMessage);
    }

    [Fact]
    public void Validate_WhenSeveralAreBad_NamesAll()
    {
        var options = new GoHubOptions { Path = "x", MaxMessageSize = 1 };
        options.Auth.Jwt.Issuer = "";

        Assert.Equal(3, new GoHubOptionsValidator([]).Validate(null, options).Failures!.Count());
    }

    [Fact]
    public void Validate_NeverQuotesTheSecret()
    {
        var options = new GoHubOptions();
        options.Auth.Jwt.SecretKey = "hunter2";

        Assert.DoesNotContain("hunter2", new GoHubOptionsValidator([]).Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }
}
