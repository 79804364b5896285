using System.Net;

namespace GoHub.IntegrationTests.Limits;

/// <summary>How many may be connected: at all, from one address, as one user.</summary>
public sealed class ConnectionLimits
{
    [Fact]
    public async Task Beyond_the_limit_it_is_503_until_somebody_leaves()
    {
        await using var server = await ServerProcess.StartAsync("Limits:Connections=3");
        var clients = new List<WireClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await WireClient.ConnectAsync(server.EndPoint));
        }
        var refusal = await WireClient.RefusalAsync(server.EndPoint);
        Assert.Equal(503, refusal.Status);
        Assert.Matches("^[0-9]+$", refusal.Header("Retry-After") ?? "(none)");
        Assert.Equal(HttpStatusCode.OK, await server.StatusAsync("/health/live"));

        await clients[0].DisposeAsync();
        await Eventually.HoldsAsync("the place is free", async () => await ConnectsAsync(server, IPAddress.Loopback, clients));
        foreach (var client in clients.Skip(1))
        {
            await client.ExpectAliveAsync();
        }
        Assert.Equal(503, (await WireClient.RefusalAsync(server.EndPoint)).Status);
        await DisposeAsync(clients);
    }

    [Fact]
    public async Task Fifty_at_once_for_five_places_get_five()
    {
        await using var server = await ServerProcess.StartAsync("Limits:Connections=5", "Limits:ConnectionsPerIp=0");
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => WireClient.AskAsync(server.EndPoint)));
        Assert.Equal(5, clients.Count(c => c.Response.Status == 101));
        Assert.Equal(45, clients.Count(c => c.Response.Status == 503));
        await DisposeAsync(clients);
    }

    [Fact]
    public async Task Beyond_the_limit_of_an_address_it_is_429_for_that_address_only()
    {
        await using var server = await ServerProcess.StartAsync("Limits:ConnectionsPerIp=2");
        var clients = new List<WireClient>();
        for (var i = 0; i < 2; i++)
        {
            clients.Add(await WireClient.ConnectAsync(server.EndPoint, new Handshake { Source = IPAddress.Parse("127.0.0.5") }));
        }
        var refusal = await WireClient.RefusalAsync(server.EndPoint, new Handshake { Source = IPAddress.Parse("127.0.0.5") });
        Assert.Equal(429, refusal.Status);
        // Nobody is trusted to say who he is.
        var forged = new Handshake { Source = IPAddress.Parse("127.0.0.5"), Headers = [("X-Forwarded-For", "10.1.2.3")] };
        Assert.Equal(429, (await WireClient.RefusalAsync(server.EndPoint, forged)).Status);

        await using var neighbour = await WireClient.ConnectAsync(server.EndPoint, new Handshake { Source = IPAddress.Parse("127.0.0.6") });
        await neighbour.ExpectAliveAsync();

        clients[0].Reset();
        await Eventually.HoldsAsync("the place is free", async () => await ConnectsAsync(server, IPAddress.Parse("127.0.0.5"), clients));
        await DisposeAsync(clients);
    }

    [Fact]
    public async Task Beyond_the_limit_of_a_user_a_connection_is_refused_for_that_user_only()
    {
        await using var server = await ServerProcess.StartAsync($"Auth:Jwt:SecretKey={TestTokens.Key}", "Limits:ConnectionsPerUser=2");
        await using var first = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("alice")));
        await using var second = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("alice")));
        await using var third = await WireClient.AskAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("alice")));
        Assert.True(third.Response.Status is 429 or 503, $"The third connection of a user got {third.Response}.");
        await using var bob = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("bob")));
        await bob.ExpectAliveAsync();
        await first.ExpectAliveAsync();
        await second.ExpectAliveAsync();
    }

    [Fact]
    public async Task Refused_and_closed_connections_do_not_count()
    {
        await using var server = await ServerProcess.StartAsync($"Auth:Jwt:SecretKey={TestTokens.Key}", "Limits:Connections=2", "Limits:ConnectionsPerIp=2", "Limits:ConnectionsPerUser=2");
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(401, (await WireClient.RefusalAsync(server.EndPoint, Handshake.WithToken("wrong"))).Status);
            Assert.Equal(403, (await WireClient.RefusalAsync(server.EndPoint, new Handshake { Origin = "http://evil.example" })).Status);
        }
        for (var i = 0; i < 10; i++)
        {
            await Eventually.HoldsAsync("the last connection's place is free", async () =>
            {
                await using var client = await WireClient.AskAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("alice")));
                return client.Response.Status == 101;
            });
        }
    }

    private static async Task<bool> ConnectsAsync(ServerProcess server, IPAddress source, List<WireClient> clients)
    {
        var client = await WireClient.AskAsync(server.EndPoint, new Handshake { Source = source });
        if (client.Response.Status == 101)
        {
            clients.Add(client);
            return true;
        }
        await client.DisposeAsync();
        return false;
    }

    private static async Task DisposeAsync(IEnumerable<WireClient> clients)
    {
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }
}
