namespace GoHub.IntegrationTests.Auth;

/// <summary>The ways a token can come in, and what is refused before the upgrade.</summary>
public sealed class TokenTransports(SharedServer server)
{
    public static TheoryData<string> Transports => ["header", "query", "subprotocol"];

    [Theory, MemberData(nameof(Transports))]
    public async Task A_valid_token_connects_as_its_user(string transport)
    {
        var user = $"user-{Guid.NewGuid():N}";
        await using var client = await server.ConnectAsync(With(transport, TestTokens.For(user, TestTokens.Everything)));
        if (transport == "subprotocol")
        {
            await client.ExpectAsync("welcome");
        }
        await using var other = await server.ConnectAsync();
        await other.SendAsync("direct_message", new { target_id = user, content = transport });
        Assert.Equal(transport, (await client.ExpectAsync("direct_message")).Text("content"));
    }

    [Fact]
    public async Task The_subprotocol_pair_is_answered_without_the_token()
    {
        var token = TestTokens.For("u");
        await using var client = await server.ConnectAsync(With("subprotocol", token));
        Assert.Equal("gohub.v1", client.Response.Header("Sec-WebSocket-Protocol"));
        Assert.Equal("u", (await client.ExpectAsync("welcome")).Text("user_id"));
    }

    public static TheoryData<string, string> BadTokens()
    {
        var now = TimeProvider.System.GetUtcNow();
        var good = TestTokens.For("alice", "join:room");
        (string Name, string Token)[] bad =
        [
            ("empty", ""),
            ("no token at all", "hello"),
            ("three empty parts", ".."),
            ("tampered payload", TestTokens.Tampered(good, "alice", "admin")),
            ("cut signature", good[..^4]),
            ("alg none", TestTokens.WithoutSignature(good)),
            ("alg none with the signature", TestTokens.WithoutSignature(good) + good.Split('.')[2]),
            ("expired", TestTokens.Create("alice", expires: now.AddMinutes(-5))),
            ("no expiry", TestTokens.Create("alice", withExpiry: false)),
            ("not valid yet", TestTokens.Create("alice", notBefore: now.AddMinutes(30))),
            ("wrong issuer", TestTokens.Create("alice", issuer: "someone-else")),
            ("wrong key", TestTokens.Create("alice", key: new string('k', 64))),
            ("over 8 kilobytes", TestTokens.Create("alice", Enumerable.Range(0, 350).Select(i => $"join:room:room-{i}"))),
        ];
        var cases = new TheoryData<string, string>();
        foreach (var (name, token) in bad)
        {
            foreach (var transport in new[] { "header", "query", "subprotocol" })
            {
                // An empty subprotocol token or bearer cannot be told from none, or is no header at all.
                if (token.Length > 0 || transport == "query")
                {
                    cases.Add(new TheoryDataRow<string, string>(transport, token) { TestDisplayName = $"{name} by {transport} is 401" });
                }
            }
        }
        return cases;
    }

    [Theory(DisableDiscoveryEnumeration = true), MemberData(nameof(BadTokens))]
    public async Task A_wrong_token_is_401_although_anonymous_clients_are_welcome(string transport, string token)
    {
        var refusal = await WireClient.RefusalAsync(server.Process.EndPoint, With(transport, token));
        if (refusal.Status == 414 && transport == "query")
        {
            // Too long for a request line: Kestrel refuses it before anybody looks for a token.
            Assert.InRange(token.Length, 8_000, int.MaxValue);
            return;
        }
        Assert.Equal(401, refusal.Status);
        Assert.Equal("Unauthorized: Invalid token", refusal.Body.Trim());
    }

    [Theory]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task The_longer_HMACs_are_accepted_too(string algorithm)
    {
        var handshake = Handshake.Welcome(TestTokens.Create("alice", algorithm: algorithm));
        await using var client = await server.ConnectAsync(handshake);
        Assert.Equal("alice", (await client.ExpectAsync("welcome")).Text("user_id"));
    }

    [Fact]
    public async Task A_token_just_expired_is_within_the_leeway()
    {
        var token = TestTokens.Create("alice", expires: TimeProvider.System.GetUtcNow().AddSeconds(-5));
        await using var client = await server.ConnectAsync(Handshake.WithToken(token));
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task No_token_connects_as_nobody()
    {
        await using var client = await server.ConnectAsync(Handshake.WithQuery("welcome=1"));
        Assert.False((await client.ExpectAsync("welcome")).Data.TryGetProperty("user_id", out _));
    }

    [Fact]
    public async Task A_client_id_of_ones_own_choice_is_not_taken()
    {
        await using var client = await server.ConnectAsync(Handshake.WithQuery("client_id=alice&welcome=1"));
        Assert.NotEqual("alice", (await client.ExpectAsync("welcome")).Text("client_id"));
        await using var other = await server.ConnectAsync();
        await other.SendAsync("direct_message", new { target_id = "alice-" + Guid.NewGuid().ToString("N"), content = 1 });
        await other.ExpectErrorAsync(4000);
    }

    private static Handshake With(string transport, string token) => transport switch
    {
        "header" => Handshake.WithToken(token),
        "query" => Handshake.WithQuery("token=" + Uri.EscapeDataString(token)),
        _ => new Handshake { Subprotocols = ["gohub.v1", $"gohub.token.{token}"] },
    };
}
