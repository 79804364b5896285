using GoHub.Lifetime;
using NATS.NKeys;

namespace GoHub.ClusterTests.Nats;

/// <summary>Every way to sign in, and what a refused node is told.</summary>
public sealed class NatsSecurityTests : IDisposable
{
    private const string Section = "GoHub:Cluster:Nats";
    private const string Secret = "s3cret-never-shown";

    private readonly string _folder = Directory.CreateTempSubdirectory("gohub-nats-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task User_and_password()
    {
        await using var server = await NatsServer.StartNewAsync($"authorization {{ user: alice, password: \"{Secret}\" }}");
        await JoinsAsync(server.Url, n => (n.Username, n.Password) = ("alice", Secret));
        await JoinsAsync($"nats://alice:{Secret}@127.0.0.1:{server.Port}");
        await RefusedAsync(server.Url, n => (n.Username, n.Password) = ("alice", "wrong"), $"{Section}:Username", $"{Section}:Password");
        await RefusedAsync($"nats://alice:{Secret}x@127.0.0.1:{server.Port}", null, $"{Section}:Urls");
        await RefusedAsync(server.Url, null, $"{Section}:Username", $"{Section}:CredsFile");
    }

    [Fact]
    public async Task Token()
    {
        await using var server = await NatsServer.StartNewAsync($"authorization {{ token: \"{Secret}\" }}");
        await JoinsAsync(server.Url, n => n.Token = Secret);
        await JoinsAsync($"nats://{Secret}@127.0.0.1:{server.Port}");
        await RefusedAsync(server.Url, n => n.Token = Secret + "x", $"Correct {Section}:Token.");
    }

    [Fact]
    public async Task Nkey_seed()
    {
        using var user = KeyPair.CreatePair(PrefixByte.User);
        using var stranger = KeyPair.CreatePair(PrefixByte.User);
        await using var server = await NatsServer.StartNewAsync($"authorization {{ users: [ {{ nkey: {user.GetPublicKey()} }} ] }}");
        await JoinsAsync(server.Url, n => n.NKeySeed = user.GetSeed());
        await RefusedAsync(server.Url, n => n.NKeySeed = stranger.GetSeed(), $"Set {Section}:NKeySeed");
    }

    [Fact]
    public async Task Creds_file()
    {
        using var jwt = new NatsJwt();
        await using var server = await NatsServer.StartNewAsync(jwt.ServerConfig);
        var (good, bad) = ($"{_folder}/user.creds", $"{_folder}/stranger.creds");
        await File.WriteAllTextAsync(good, jwt.UserCreds(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(bad, jwt.UserCreds(isStranger: true), TestContext.Current.CancellationToken);
        await JoinsAsync(server.Url, n => n.CredsFile = good);
        await RefusedAsync(server.Url, n => n.CredsFile = bad, $"Set {Section}:CredsFile");
    }

    [Fact]
    public async Task Tls_with_an_authority_of_ones_own()
    {
        var authority = new NatsCertificates(_folder);
        var (cert, key) = authority.Sign("server");
        await using var server = await NatsServer.StartNewAsync($"tls {{ cert_file: \"{cert}\", key_file: \"{key}\" }}");
        await JoinsAsync(server.Url, n => n.Tls.CaFile = authority.CaFile);
        await JoinsAsync($"tls://127.0.0.1:{server.Port}", n => n.Tls.CaFile = authority.CaFile);
        await JoinsAsync($"tls://127.0.0.1:{server.Port}", n => n.Tls.InsecureSkipVerify = true);
        await RefusedAsync(server.Url, null, "is not trusted", $"{Section}:Tls:CaFile");
        await RefusedAsync(server.Url, n => n.Tls.CaFile = new NatsCertificates(_folder, "other").CaFile, "is not trusted", $"{Section}:Tls:CaFile");
        await RefusedAsync(server.Url, n => n.Tls.Enabled = false, $"{Section}:Tls:Enabled");
    }

    [Fact]
    public async Task Tls_to_a_server_with_another_name_or_without_tls_is_refused()
    {
        var authority = new NatsCertificates(_folder);
        var (cert, key) = authority.Sign("server", dns: "nats.example");
        await using var server = await NatsServer.StartNewAsync($"tls {{ cert_file: \"{cert}\", key_file: \"{key}\" }}");
        await RefusedAsync(server.Url, n => n.Tls.CaFile = authority.CaFile, $"{Section}:Urls");
        await using var plain = await NatsServer.StartNewAsync();
        await RefusedAsync($"tls://127.0.0.1:{plain.Port}", null, "does not speak TLS");
    }

    [Fact]
    public async Task Mutual_tls()
    {
        var authority = new NatsCertificates(_folder);
        var (cert, key) = authority.Sign("server");
        var own = authority.Sign("node");
        var strangers = new NatsCertificates(_folder, "other").Sign("stranger");
        await using var server = await NatsServer.StartNewAsync($"tls {{ cert_file: \"{cert}\", key_file: \"{key}\", ca_file: \"{authority.CaFile}\", verify: true }}");
        await JoinsAsync(server.Url, n => (n.Tls.CaFile, n.Tls.CertFile, n.Tls.KeyFile) = (authority.CaFile, own.CertFile, own.KeyFile));
        await RefusedAsync(server.Url, n => n.Tls.CaFile = authority.CaFile, $"{Section}:Tls:CertFile", "asks for a certificate");
        await RefusedAsync(server.Url, n => (n.Tls.CaFile, n.Tls.CertFile, n.Tls.KeyFile) = (authority.CaFile, strangers.CertFile, strangers.KeyFile), $"{Section}:Tls:CertFile");
    }

    [Fact]
    public async Task A_password_that_is_changed_while_the_node_runs_is_no_end_and_its_return_is_noticed()
    {
        await using var server = new NatsServer($"authorization {{ user: alice, password: \"{Secret}\" }}");
        await server.StartAsync();
        var log = new ListLogger();
        await using var node = await NatsNode.StartAsync(server.Url, n => (n.Username, n.Password) = ("alice", Secret), logger: log);
        await server.KillAsync();
        await using (var changed = new NatsServer("authorization { user: alice, password: other }", port: server.Port))
        {
            await changed.StartAsync();
            await Eventually.TrueAsync(() => log.Lines.Any(l => l.Contains($"Correct {Section}:Username", StringComparison.Ordinal)), "the refusal is logged");
        }
        await server.StartAsync();
        await Eventually.TrueAsync(() => node.Receiver.Ups == 2, "up again");
        Assert.Single(log.Lines, l => l.Contains("refuses this node", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, l => l.Contains(Secret, StringComparison.Ordinal));
    }

    private static async Task JoinsAsync(string url, Action<GoHubNatsOptions>? configure = null)
    {
        var log = new ListLogger();
        await using var one = await NatsNode.StartAsync(url, configure, logger: log);
        await using var two = await NatsNode.StartAsync(url, configure, logger: log);
        Assert.Equal(1, one.Receiver.Ups);
        await two.SubscribeAsync("gh1.test.a");
        one.Publish("gh1.test.a", "hello");
        await Eventually.TrueAsync(() => two.Receiver.Count == 1, "the frame");
        Assert.Empty(log.Lines);
    }

    private static async Task RefusedAsync(string url, Action<GoHubNatsOptions>? configure, params string[] says)
    {
        var log = new ListLogger();
        var refused = await Assert.ThrowsAsync<StartupException>(() => NatsNode.StartAsync(url, configure, logger: log));
        Assert.All(says, s => Assert.Contains(s, refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
        Assert.Empty(log.Lines);
    }
}
