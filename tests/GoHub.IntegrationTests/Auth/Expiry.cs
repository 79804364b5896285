namespace GoHub.IntegrationTests.Auth;

/// <summary>A token's end is the connection's end, unless it is renewed in time.</summary>
public sealed class Expiry(Expiry.Server server) : IClassFixture<Expiry.Server>
{
    // Long enough to connect and join on a busy machine.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(8);

    private readonly ServerProcess _server = server.Process;

    /// <summary>Without leeway, so that a token lives as long as it says.</summary>
    public sealed class Server() : OwnServer($"Auth:Jwt:SecretKey={TestTokens.Key}", "Auth:Jwt:ClockSkew=00:00:00");

    [Fact]
    public async Task An_expired_connection_is_closed_with_4401_within_a_second()
    {
        var expires = In(Short);
        await using var client = await ConnectAsync(TestTokens.Create("u", expires: expires));
        await client.ExpectAliveAsync();
        await client.ExpectCloseAsync(Short * 3, 4401);
        // exp has whole seconds: the token may end up to one before.
        Assert.InRange((TimeProvider.System.GetUtcNow() - expires).TotalSeconds, -1.5, 3);
    }

    [Fact]
    public async Task Nothing_is_delivered_after_expiry()
    {
        await using var member = await ConnectAsync(TestTokens.Create("late", expires: In(Short)));
        await member.JoinAsync("expiry");
        await using var sender = await WireClient.ConnectAsync(_server.EndPoint);
        await sender.JoinAsync("expiry");
        Assert.Equal(4401, (await member.ReadCloseAsync(Short * 3))?.CloseCode);
        await sender.SendAsync("room_message", new { room_id = "expiry", content = 1 }, 1);
        await sender.ExpectAsync("ack");
        // The member has not answered the close, so the connection may still be open, but silent.
        await member.ExpectEndAsync();
        await sender.SendAsync("direct_message", new { target_id = "late", content = 1 });
        await sender.ExpectErrorAsync(4000);
    }

    [Fact]
    public async Task A_renewed_connection_stays()
    {
        await using var client = await ConnectAsync(TestTokens.Create("u", expires: In(Short)));
        await client.JoinAsync("renewed");
        var later = In(TimeSpan.FromHours(1));
        await client.SendAsync("auth", new { token = TestTokens.Create("u", expires: later) });
        var ok = await client.ExpectAsync("auth_ok");
        Assert.InRange(ok.Data.GetProperty("expires_at").GetInt64(), later.ToUnixTimeMilliseconds() - 1500, later.ToUnixTimeMilliseconds() + 1500);
        Assert.InRange(ok.Data.GetProperty("expires_in").GetDouble(), 3500, 3601);

        await Eventually.ElapseAsync(Short + TimeSpan.FromSeconds(2));
        await client.SendAsync("room_message", new { room_id = "renewed", content = 1 }, 1);
        await client.ExpectAsync("ack");
    }

    [Fact]
    public async Task Signing_in_brings_an_expiry_of_its_own()
    {
        await using var client = await WireClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync("auth", new { token = TestTokens.Create("u", expires: In(Short)) });
        await client.ExpectAsync("auth_ok");
        await client.ExpectCloseAsync(Short * 3, 4401);
    }

    [Fact]
    public async Task An_expired_token_renews_nothing()
    {
        await using var client = await ConnectAsync(TestTokens.Create("u", expires: In(TimeSpan.FromMinutes(5))));
        await client.SendAsync("auth", new { token = TestTokens.Create("u", expires: In(-Short)) }, 1);
        var error = await client.ExpectAsync("error");
        Assert.Equal(2002, error.ErrorCode);
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task An_anonymous_connection_has_no_end()
    {
        await using var client = await WireClient.ConnectAsync(_server.EndPoint);
        await Eventually.ElapseAsync(TimeSpan.FromSeconds(3));
        await client.ExpectAliveAsync();
    }

    private static DateTimeOffset In(TimeSpan time) => TimeProvider.System.GetUtcNow() + time;

    private Task<WireClient> ConnectAsync(string token) => WireClient.ConnectAsync(_server.EndPoint, Handshake.WithToken(token));
}
