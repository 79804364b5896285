using System.Net;
using GoHub.Bus;
using GoHub.ClusterTests.Proxy;
using GoHub.Lifetime;

namespace GoHub.ClusterTests.Redis;

/// <summary>How a node finds Redis, or does not.</summary>
public sealed class RedisStartTests
{
    private const string Key = "GoHub:Cluster:Redis:Configuration";

    [Fact]
    public async Task Without_a_server_it_starts_and_is_up_when_the_server_comes()
    {
        await using var server = new RedisServer();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var node = await RedisNode.StartNewAsync(server.EndPoint);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 1_500);
        Assert.Empty(node.Told.States);
        Assert.Equal(BusPublish.Down, node.Publish("gh1.test.a", "nobody"));
        var subscribing = node.SubscribeAsync("gh1.test.a").AsTask();
        await server.StartAsync();
        await node.IsUpAsync();
        await subscribing;
        await node.HearsAsync(node, "gh1.test.a", "hello");
        Assert.Equal(["up"], node.Told.States);
    }

    [Fact]
    public async Task A_server_that_says_nothing_does_not_hold_up_the_start()
    {
        await using var server = await RedisServer.StartNewAsync();
        server.Pause();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var node = await RedisNode.StartNewAsync(server.EndPoint);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 5_000);
        server.Resume();
        await node.IsUpAsync();
    }

    [Fact]
    public async Task A_password_is_used_and_without_the_right_one_it_does_not_start()
    {
        await using var server = await RedisServer.StartNewAsync(false, "--requirepass", "secret");
        await using (var node = await RedisNode.StartUpAsync(server.EndPoint, "password=secret"))
        {
            await node.SubscribeAsync("gh1.test.a");
            await node.HearsAsync(node, "gh1.test.a", "hello");
        }
        await RefusedAsync(server.EndPoint, "", Key, "password=");
        await RefusedAsync(server.EndPoint, "password=wrong", Key, "password=");
    }

    [Fact]
    public async Task A_user_with_the_documented_rights_can_do_all_and_one_with_fewer_does_not_start()
    {
        await using var server = await RedisServer.StartNewAsync();
        // As the sentence of a refusal has it.
        await RightsAsync(server, "node", "~gohub:*", "&gh1.*", "+@connection", "+@pubsub", "+@scripting", "+@hash", "+del", "+pexpire", "+time", "+info");
        await RightsAsync(server, "deaf", "~gohub:*", "&other.*", "+@all");
        await RightsAsync(server, "dumb", "~gohub:*", "&gh1.*", "+@all", "-publish");
        await using (var node = await RedisNode.StartUpAsync(server.EndPoint, "user=node,password=pw"))
        {
            await node.SubscribeAsync("gh1.test.r.x");
            await node.HearsAsync(node, "gh1.test.r.x", "hello");
            Assert.Equal(2, await node.Bus.Seats.HoldAsync("r", 1, 2, 2, TestContext.Current.CancellationToken));
            node.Bus.Unsubscribe("gh1.test.r.x");
        }
        await RefusedAsync(server.EndPoint, "user=deaf,password=pw", Key, "NOPERM");
        await RefusedAsync(server.EndPoint, "user=dumb,password=pw", Key, "NOPERM");
        // The library itself would go on as the default user.
        await RefusedAsync(server.EndPoint, "user=node,password=wrong", Key, "refuses the user");
        await RefusedAsync(server.EndPoint, "user=nobody,password=pw", Key, "refuses the user");
    }

    [Fact]
    public async Task Tls_is_used_and_a_certificate_that_is_not_trusted_keeps_it_from_starting()
    {
        using var authority = new TestAuthority();
        var port = FreePort.Next();
        await using var server = await RedisServer.StartNewAsync(false,
            "--tls-port", $"{port}", "--tls-cert-file", authority.CertificateFile, "--tls-key-file", authority.KeyFile, "--tls-ca-cert-file", authority.AuthorityFile, "--tls-auth-clients", "no");
        var tls = new IPEndPoint(IPAddress.Loopback, port);
        await RefusedAsync(tls, "ssl=true", Key, "TLS");
        Environment.SetEnvironmentVariable("SERedis_IssuerCertPath", authority.AuthorityFile);
        try
        {
            await using var node = await RedisNode.StartUpAsync(tls, "ssl=true");
            await node.SubscribeAsync("gh1.test.a");
            await node.HearsAsync(node, "gh1.test.a", new string('x', 200_000));
            await node.HearsAsync(node, "gh1.test.a", "hello");
            Assert.Equal(1, await node.Bus.Seats.HoldAsync("r", 1, 1, 1, TestContext.Current.CancellationToken));
            await RefusedAsync(tls, "ssl=true,sslHost=elsewhere.example", Key, "sslHost");
        }
        finally
        {
            Environment.SetEnvironmentVariable("SERedis_IssuerCertPath", null);
        }
    }

    [Fact]
    public async Task It_ends_at_once_while_it_still_tries_to_connect()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var way = FaultProxy.Start(server.EndPoint);
        way.Blackhole();
        var node = await RedisNode.StartNewAsync(way.EndPoint);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await node.DisposeAsync();
        Assert.InRange(clock.ElapsedMilliseconds, 0, 1_000);
        Assert.Empty(node.Told.States);
    }

    private static async Task RightsAsync(RedisServer server, string user, params string[] rights) =>
        Assert.Equal("+OK", await server.CommandAsync(["ACL", "SETUSER", user, "on", ">pw", .. rights]));

    private static async Task RefusedAsync(EndPoint redis, string more, params string[] says)
    {
        // On a busy machine the first attempt may be over before the refusal is there; then the node starts, and goes on trying.
        var refusal = await Assert.ThrowsAsync<StartupException>(async () =>
        {
            for (var attempt = 0; attempt < 5; attempt++)
            {
                await using var node = await RedisNode.StartNewAsync(redis, more);
                Assert.Empty(node.Told.States);
            }
        });
        Assert.All(says, part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("pw", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{redis}", refusal.Message, StringComparison.Ordinal);
    }
}
