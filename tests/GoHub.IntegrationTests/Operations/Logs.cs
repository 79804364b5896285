namespace GoHub.IntegrationTests.Operations;

/// <summary>The log: one JSON object a line where no person reads it, and never a token or a payload.</summary>
public sealed class Logs
{
    [Theory]
    [InlineData("info")]
    [InlineData("debug")]
    public async Task Every_line_is_an_object_and_none_holds_a_token_or_a_payload(string level)
    {
        var environment = new Dictionary<string, string> { ["GOHUB_LOG_LEVEL"] = level };
        var server = await ServerProcess.StartAsync([$"Auth:Jwt:SecretKey={TestTokens.Key}"], environment);
        await using var stopping = server;
        var good = TestTokens.For("alice", TestTokens.Everything);
        var bad = TestTokens.Create("alice", key: new string('k', 64));
        foreach (var token in new[] { good, bad })
        {
            foreach (var handshake in new[] { Handshake.WithToken(token), Handshake.WithQuery("token=" + token), new Handshake { Subprotocols = ["gohub.v1", "gohub.token." + token] } })
            {
                await using var asking = await WireClient.AskAsync(server.EndPoint, handshake);
            }
            await using var client = await WireClient.ConnectAsync(server.EndPoint);
            await client.SendAsync("auth", new { token });
            await client.ReceiveAsync();
            await client.SendAsync("echo", "payload-that-is-secret");
            await client.ReceiveAsync();
            await client.SendTextAsync("payload-that-is-secret");
            await client.ReceiveAsync();
        }
        Assert.Equal(0, await server.StopAsync());

        Assert.NotEmpty(server.Run.StandardOutput);
        foreach (var part in good.Split('.').Skip(1).Concat(bad.Split('.').Skip(1)).Append("payload-that-is-secret").Append(TestTokens.Key))
        {
            Assert.DoesNotContain(part, server.Run.Output, StringComparison.Ordinal);
        }
        Assert.All(server.Run.StandardOutput, line =>
        {
            using var entry = JsonDocument.Parse(line);
            Assert.Equal(JsonValueKind.Object, entry.RootElement.ValueKind);
        });
        Assert.Empty(server.Run.StandardError);
    }

    [Fact]
    public async Task A_name_with_line_ends_makes_no_line_of_its_own()
    {
        var environment = new Dictionary<string, string> { ["GOHUB_LOG_LEVEL"] = "debug" };
        await using var server = await ServerProcess.StartAsync([$"Auth:Jwt:SecretKey={TestTokens.Key}"], environment);
        await using (var client = await WireClient.ConnectAsync(server.EndPoint, Handshake.WithToken(TestTokens.For("eve\r\n{\"forged\":1}", TestTokens.Everything))))
        {
            await client.SendAsync("join_room", new { room_id = "r\r\n{\"forged\":1}" });
            await client.ReceiveAsync();
            await client.SendAsync("no\r\n{\"forged\":1}");
            await client.ExpectErrorAsync(1001);
        }
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain(server.Run.StandardOutput, l => l.StartsWith("{\"forged\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_start_says_where_to_look()
    {
        await using var server = await ServerProcess.StartAsync();
        Assert.Contains($":{server.Port}", server.Run.Output, StringComparison.Ordinal);
    }
}
