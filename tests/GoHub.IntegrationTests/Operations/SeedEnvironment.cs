using System.Diagnostics;

namespace GoHub.IntegrationTests.Operations;

/// <summary>The environment names of the Go original work as they did.</summary>
public sealed class SeedEnvironment
{
    [Fact]
    public async Task The_address_the_key_the_issuer_and_anonymous_off()
    {
        var port = FreePort.Next();
        await using var server = await StartAsync(port, new()
        {
            ["GOHUB_AUTH_SECRET_KEY"] = TestTokens.Key,
            ["GOHUB_AUTH_ISSUER"] = "seed-issuer",
            ["GOHUB_AUTH_ALLOW_ANONYMOUS"] = "false",
        });
        Assert.Equal(401, (await WireClient.RefusalAsync(server.EndPoint)).Status);
        Assert.Equal(401, (await WireClient.RefusalAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("u")))).Status);
        await using var client = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.Create("u", issuer: "seed-issuer")));
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task The_read_timeout_is_a_Go_duration()
    {
        await using var server = await StartAsync(FreePort.Next(), new() { ["GOHUB_SERVER_HUB_READ_TIMEOUT"] = "3s" });
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        var clock = Stopwatch.StartNew();
        // Pings are read and not answered.
        ServerFrame? frame;
        do
        {
            frame = await client.ReadFrameAsync(TimeSpan.FromSeconds(20));
        }
        while (frame?.Opcode == Opcode.Ping);
        Assert.Equal(4408, frame?.CloseCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 12);
    }

    [Theory]
    [InlineData("60s")]
    [InlineData("1m30s")]
    [InlineData("1500ms")]
    [InlineData("1.5h")]
    public async Task Every_form_of_a_Go_duration_is_read(string duration)
    {
        await using var server = await StartAsync(FreePort.Next(), new() { ["GOHUB_SERVER_HUB_READ_TIMEOUT"] = duration, ["GOHUB_SERVER_HUB_WRITE_TIMEOUT"] = duration });
        await using var client = await WireClient.ConnectAsync(server.EndPoint);
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_duration_that_is_none_stops_the_start()
    {
        await using var run = ServerRun.Start(["--urls", $"http://127.0.0.1:{FreePort.Next()}"], new Dictionary<string, string> { ["GOHUB_SERVER_HUB_READ_TIMEOUT"] = "soon" });
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.Contains("soon", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authentication_turned_on_without_a_key_is_no_open_server()
    {
        await using var run = ServerRun.Start(["--urls", $"http://127.0.0.1:{FreePort.Next()}"], new Dictionary<string, string> { ["GOHUB_AUTH_ENABLED"] = "true" });
        Assert.NotEqual(0, await run.ExitCodeAsync());
        Assert.Contains("GoHub:Auth:Jwt:SecretKey", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("debug", true)]
    [InlineData("error", false)]
    public async Task The_log_level_is_one_of_four_words(string level, bool talks)
    {
        await using var server = await StartAsync(FreePort.Next(), new() { ["GOHUB_LOG_LEVEL"] = level });
        await using (var client = await WireClient.ConnectAsync(server.EndPoint))
        {
            await client.ExpectAliveAsync();
        }
        Assert.Equal(0, await server.StopAsync());
        var debug = server.Run.StandardOutput.Count(l => l.Contains("\"Debug\"", StringComparison.Ordinal));
        var information = server.Run.StandardOutput.Count(l => l.Contains("\"Information\"", StringComparison.Ordinal));
        Assert.True(talks ? debug > 0 : debug + information == 0, server.Run.Output);
    }

    [Fact]
    public async Task Its_own_names_win_over_the_original_s_and_the_command_line_over_both()
    {
        var environment = new Dictionary<string, string>
        {
            ["GOHUB_AUTH_SECRET_KEY"] = TestTokens.Key,
            ["GOHUB_AUTH_ISSUER"] = "seed-issuer",
            ["GoHub__Auth__Jwt__Issuer"] = "own-issuer",
            ["GoHub__MaxMessageSize"] = "5000",
        };
        await using (var server = await ServerProcess.StartAsync([], environment))
        {
            await using var client = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.Create("u", issuer: "own-issuer")));
            await client.SendFrameAsync(ClientFrame.Text("") with { AnnouncedLength = 5001 });
            await client.ExpectCloseAsync(1009);
        }
        await using (var server = await ServerProcess.StartAsync(["Auth:Jwt:Issuer=line-issuer"], environment))
        {
            await using var client = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.Create("u", issuer: "line-issuer")));
            await client.ExpectAliveAsync();
        }
    }

    private static Task<ServerProcess> StartAsync(int port, Dictionary<string, string> environment)
    {
        environment["GOHUB_SERVER_ADDR"] = $":{port}";
        return ServerProcess.StartAsync([], environment, withUrls: false, port);
    }
}
