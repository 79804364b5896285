namespace GoHub.IntegrationTests.Operations;

/// <summary>A server that cannot do what it was told says why in one sentence and ends.</summary>
public sealed class FailedStart(SharedServer server)
{
    [Fact]
    public async Task A_taken_port_is_named()
    {
        await using var run = ServerRun.Start(["--urls", $"http://127.0.0.1:{server.Process.Port}"]);
        await ExpectSentenceAsync(run, $"{server.Process.Port}");
    }

    [Theory]
    [InlineData("MaxMessageSize", "-1")]
    [InlineData("MaxMessageSize", "0")]
    [InlineData("MaxMessageSize", "big")]
    [InlineData("KeepAliveInterval", "-00:00:01")]
    [InlineData("KeepAliveInterval", "often")]
    [InlineData("IdleTimeout", "-00:00:01")]
    [InlineData("IdleTimeout", "60")]
    [InlineData("WriteTimeout", "-00:00:01")]
    [InlineData("SendQueue:MaxMessages", "0")]
    [InlineData("SendQueue:MaxBytes", "-5")]
    [InlineData("SendQueue:WhenFull", "Sometimes")]
    [InlineData("Limits:Connections", "-1")]
    [InlineData("Limits:ConnectionsPerIp", "-1")]
    [InlineData("Limits:ConnectionsPerUser", "-1")]
    [InlineData("Limits:MessagesPerSecond", "-1")]
    [InlineData("Limits:RoomsPerConnection", "-1")]
    [InlineData("Rooms:MaxRooms", "-1")]
    [InlineData("Rooms:AutoCreate", "perhaps")]
    [InlineData("Drain:Rate", "0")]
    [InlineData("Drain:Timeout", "-00:00:01")]
    [InlineData("Auth:Jwt:ClockSkew", "-00:00:01")]
    [InlineData("Auth:Jwt:SecretKey", "short")]
    [InlineData("AllowedOrigins:0", "app.example")]
    [InlineData("Cluster:Bus", "pigeons")]
    [InlineData("Path", "no-slash")]
    public async Task A_bad_option_is_named(string option, string value)
    {
        await using var run = ServerRun.Start(["--urls", $"http://127.0.0.1:{FreePort.Next()}", $"--GoHub:{option}={value}"]);
        // A list's item may be named by its list.
        await ExpectSentenceAsync(run, option.Replace(":0", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task A_bad_address_is_an_error(string url)
    {
        await using var run = ServerRun.Start(["--urls", url]);
        await ExpectSentenceAsync(run, url.StartsWith("http", StringComparison.Ordinal) ? "99999" : url);
    }

    [Fact]
    public async Task A_misspelt_option_is_named()
    {
        await using var run = ServerRun.Start(["--urls", $"http://127.0.0.1:{FreePort.Next()}", "--GoHub:MaxMesageSize=5000"]);
        await ExpectSentenceAsync(run, "MaxMesageSize");
    }

    [Fact]
    public async Task An_unknown_command_is_answered_with_the_known_ones()
    {
        await using var run = ServerRun.Start(["toekn"]);
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.Contains("toekn", run.Output, StringComparison.Ordinal);
        Assert.Contains("token --user", run.Output, StringComparison.Ordinal);
    }

    private static async Task ExpectSentenceAsync(ServerRun run, string names)
    {
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.Contains(names, run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", run.Output, StringComparison.Ordinal);
        var lines = run.StandardOutput.Concat(run.StandardError).Where(l => l.Trim().Length > 0).ToArray();
        Assert.True(lines.Length <= 2, $"One sentence was expected:\n{run.Output}");
    }
}
