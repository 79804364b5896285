namespace GoHub.IntegrationTests.Operations;

/// <summary><c>gohub-server token</c> prints a token that the server of the same key accepts.</summary>
public sealed class TokenVerb(SharedServer server)
{
    private static readonly Dictionary<string, string> Key = new() { ["GoHub__Auth__Jwt__SecretKey"] = TestTokens.Key };

    [Fact]
    public async Task It_prints_a_token_of_the_user_with_the_permissions()
    {
        var token = await PrintAsync("token", "--user", "u1", "--permissions", "join:room,send:message", "--expires", "1h");
        await using var client = await server.ConnectAsync(Handshake.Welcome(token));
        Assert.Equal("u1", (await client.ExpectAsync("welcome")).Text("user_id"));
        await client.JoinAsync($"token-{Guid.NewGuid():N}");
        await client.SendAsync("list_rooms");
        await client.ExpectErrorAsync(2001);
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("10m", 600)]
    [InlineData("1h", 3600)]
    [InlineData("7d", 604800)]
    public async Task It_expires_when_asked_to(string expires, int seconds)
    {
        var token = await PrintAsync("token", "--user", "u1", "--permissions", "join:room", "--expires", expires);
        await using var client = await server.ConnectAsync();
        await client.SendAsync("auth", new { token });
        Assert.InRange((await client.ExpectAsync("auth_ok")).Data.GetProperty("expires_in").GetDouble(), seconds - 20, seconds + 1);
    }

    [Fact]
    public async Task Without_a_key_it_says_so()
    {
        await using var run = ServerRun.Start(["token", "--user", "u1", "--permissions", "join:room"]);
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.Contains("SecretKey", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("token", "--user", "u1", "--expires", "soon")]
    [InlineData("token", "--user", "u1", "--nonsense")]
    public async Task A_bad_command_line_is_an_error(params string[] args)
    {
        await using var run = ServerRun.Start(args, Key);
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.NotEmpty(run.Output);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    private static async Task<string> PrintAsync(params string[] args)
    {
        await using var run = ServerRun.Start(args, Key);
        Assert.True(await run.ExitCodeAsync() == 0, run.Output);
        var lines = run.StandardOutput.Where(l => l.Trim().Length > 0).ToArray();
        Assert.True(lines.Length == 1, $"One line was expected:\n{run.Output}");
        return lines[0].Trim();
    }
}
