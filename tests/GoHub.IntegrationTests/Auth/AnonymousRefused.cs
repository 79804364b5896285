using System.Net;

namespace GoHub.IntegrationTests.Auth;

/// <summary>A server that lets nobody in without a token, or with one only as the first message.</summary>
public sealed class AnonymousRefused
{
    private static readonly string Key = $"Auth:Jwt:SecretKey={TestTokens.Key}";

    [Fact]
    public async Task Without_a_token_it_is_401_before_the_upgrade()
    {
        await using var server = await ServerProcess.StartAsync(Key, "Auth:AllowAnonymous=false");
        var refusal = await WireClient.RefusalAsync(server.EndPoint);
        Assert.Equal(401, refusal.Status);
        Assert.Equal("Unauthorized: Token required", refusal.Body.Trim());

        var wrong = await WireClient.RefusalAsync(server.EndPoint, Handshake.WithToken("wrong"));
        Assert.Equal((401, "Unauthorized: Invalid token"), (wrong.Status, wrong.Body.Trim()));

        await using var client = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("u")));
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_query_token_is_no_token_where_it_is_turned_off()
    {
        await using var server = await ServerProcess.StartAsync(Key, "Auth:AllowAnonymous=false", "Auth:AllowQueryToken=false");
        var refusal = await WireClient.RefusalAsync(server.EndPoint, Handshake.WithQuery("token=" + TestTokens.For("u")));
        Assert.Equal(401, refusal.Status);
        await using var client = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("u")));
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task The_first_message_may_bring_the_token_where_that_is_allowed()
    {
        await using var server = await ServerProcess.StartAsync(Key, "Auth:AllowAnonymous=false", "Auth:AllowFirstMessage=true");

        await using var good = await WireClient.ConnectAsync(server.EndPoint);
        await good.SendAsync("auth", new { token = TestTokens.For("u", "join:room") }, 1);
        Assert.Equal("u", (await good.ExpectAsync("auth_ok")).Text("user_id"));
        await good.JoinAsync("r");

        await using var wrong = await WireClient.ConnectAsync(server.EndPoint);
        await wrong.SendAsync("auth", new { token = "wrong" });
        await wrong.ExpectCloseAsync(4401);

        await using var other = await WireClient.ConnectAsync(server.EndPoint);
        await other.SendAsync("join_room", new { room_id = "r" });
        var answer = await other.ReadMessageAsync();
        // It may be told or closed at once, but it must not get in.
        Assert.True(answer!.Opcode == Opcode.Close ? answer.CloseCode == 4401 : Message.Parse(answer.Payload) is { Type: "error", ErrorCode: 2000 or 2001 }, $"{answer}");
    }

    [Fact]
    public async Task Who_stays_silent_is_closed_after_ten_seconds()
    {
        await using var server = await ServerProcess.StartAsync(Key, "Auth:AllowAnonymous=false", "Auth:AllowFirstMessage=true");
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await client.ExpectCloseAsync(TimeSpan.FromSeconds(20), 4401);
        Assert.InRange(clock.Elapsed.TotalSeconds, 8, 16);
    }

    [Theory]
    [InlineData("no key", "Auth:AllowAnonymous=false")]
    [InlineData("31 bytes", "Auth:Jwt:SecretKey=0123456789012345678901234567890")]
    [InlineData("31 bytes, anonymous off", "Auth:Jwt:SecretKey=0123456789012345678901234567890", "Auth:AllowAnonymous=false")]
    public async Task A_server_that_could_not_check_a_token_does_not_start(string name, params string[] options)
    {
        await using var run = ServerRun.Start(["--urls", $"http://127.0.0.1:{FreePort.Next()}", .. options.Select(o => "--GoHub:" + o)]);
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.True(run.Output.Contains("Auth", StringComparison.Ordinal), $"{name}: the message names no option: {run.Output}");
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789012345678901234567890", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_and_metrics_pages_need_no_token()
    {
        await using var server = await ServerProcess.StartAsync(Key, "Auth:AllowAnonymous=false");
        Assert.Equal(HttpStatusCode.OK, await server.StatusAsync("/health"));
        Assert.Equal(HttpStatusCode.OK, await server.StatusAsync("/metrics"));
    }
}
