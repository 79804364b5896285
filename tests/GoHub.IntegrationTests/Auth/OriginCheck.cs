namespace GoHub.IntegrationTests.Auth;

/// <summary>Pages of other sites cannot use a visitor's browser to connect.</summary>
public sealed class OriginCheck(SharedServer server)
{
    [Fact]
    public async Task The_own_origin_is_allowed()
    {
        await using var client = await server.ConnectAsync(new Handshake { Origin = $"http://127.0.0.1:{server.Process.Port}" });
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_client_that_is_no_browser_is_allowed()
    {
        await using var client = await server.ConnectAsync(new Handshake { Origin = null });
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_cookie_without_an_origin_is_refused() =>
        await Expect403Async(server.Process, new Handshake { Headers = [("Cookie", "session=1")] });

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:{port}.evil.example")]
    [InlineData("http://127.0.0.1:{port}0")]
    [InlineData("http://evil.example/127.0.0.1:{port}")]
    [InlineData("file://")]
    [InlineData("not an origin")]
    public async Task Any_other_origin_is_403(string origin) =>
        await Expect403Async(server.Process, new Handshake { Origin = origin.Replace("{port}", $"{server.Process.Port}", StringComparison.Ordinal) });

    [Fact]
    public async Task An_allow_list_is_exact_in_scheme_host_and_port()
    {
        await using var listed = await ServerProcess.StartAsync("AllowedOrigins:0=https://app.example", "AllowedOrigins:1=http://localhost:3000");
        foreach (var origin in new[] { "https://app.example", "http://localhost:3000" })
        {
            await using var client = await WireClient.ConnectAsync(listed.EndPoint, new Handshake { Origin = origin });
            await client.ExpectAliveAsync();
        }
        foreach (var origin in new[] { "http://app.example", "https://app.example:8443", "https://x.app.example", "https://app.example.evil", "http://localhost", "http://localhost:3001", "null" })
        {
            await Expect403Async(listed, new Handshake { Origin = origin });
        }
    }

    private static async Task Expect403Async(ServerProcess server, Handshake handshake)
    {
        var refusal = await WireClient.RefusalAsync(server.EndPoint, handshake);
        Assert.True(refusal.Status == 403, $"Origin '{handshake.Origin}': {refusal.Status}");
    }
}
