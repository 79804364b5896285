namespace GoHub.IntegrationTests.Conformance;

/// <summary>RFC 6455 §4: what the upgrade request must look like, and what is answered.</summary>
public sealed class OpeningHandshake(SharedServer server)
{
    [Fact]
    public async Task The_accept_value_is_derived_from_the_key()
    {
        var handshake = new Handshake();
        await using var client = await server.ConnectAsync(handshake);
        Assert.Equal(handshake.ExpectedAccept(), client.Response.Header("Sec-WebSocket-Accept"));
        Assert.Equal("websocket", client.Response.Header("Upgrade"), ignoreCase: true);
        Assert.Null(client.Response.Header("Sec-WebSocket-Protocol"));
        Assert.Null(client.Response.Header("Sec-WebSocket-Extensions"));
    }

    [Theory]
    [InlineData("keep-alive, Upgrade", "websocket")]
    [InlineData("upgrade", "WebSocket")]
    public async Task Tokens_are_read_whatever_their_case_and_company(string connection, string upgrade)
    {
        await using var client = await server.ConnectAsync(new Handshake { Connection = connection, Upgrade = upgrade });
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_plain_GET_is_400()
    {
        var refusal = await RefusalAsync(new Handshake { Connection = null, Upgrade = null, Version = null, Key = null });
        Assert.Equal(400, refusal.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dG9vIHNob3J0")]
    [InlineData("not base64 at all!!!!!!!")]
    public async Task A_missing_or_bad_key_is_400(string? key) =>
        Assert.Equal(400, (await RefusalAsync(new Handshake { Key = key })).Status);

    [Theory]
    [InlineData("8")]
    [InlineData("12")]
    [InlineData("14")]
    public async Task Another_version_is_426_and_names_13(string version)
    {
        var refusal = await RefusalAsync(new Handshake { Version = version });
        Assert.Equal(426, refusal.Status);
        Assert.Equal("13", refusal.Header("Sec-WebSocket-Version"));
    }

    [Fact]
    public async Task A_POST_is_refused()
    {
        var status = (await RefusalAsync(new Handshake { Method = "POST", Headers = [("Content-Length", "0")] })).Status;
        Assert.InRange(status, 400, 405);
    }

    [Fact]
    public async Task A_subprotocol_nobody_knows_is_not_chosen()
    {
        await using var client = await server.ConnectAsync(new Handshake { Subprotocols = ["chat", "superchat"] });
        Assert.Null(client.Response.Header("Sec-WebSocket-Protocol"));
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task The_own_subprotocol_is_chosen_among_others()
    {
        await using var client = await server.ConnectAsync(new Handshake { Subprotocols = ["chat", "gohub.v1"] });
        Assert.Equal("gohub.v1", client.Response.Header("Sec-WebSocket-Protocol"));
        await client.ExpectAsync("welcome");
    }

    [Fact]
    public async Task An_offered_extension_is_not_taken_and_the_connection_works()
    {
        await using var client = await server.ConnectAsync(new Handshake { Headers = [("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")] });
        Assert.Null(client.Response.Header("Sec-WebSocket-Extensions"));
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task Headers_of_more_than_16_kilobytes_are_refused()
    {
        await using var client = await WireClient.OpenAsync(server.Process.EndPoint);
        var large = new Handshake { Headers = [("X-Large", new string('x', 40_000))] };
        await client.TrySendBytesAsync(large.ToBytes(server.Process.Port));
        var answer = await client.ReadStatusAsync();
        Assert.True(answer is null or 431 or 400, $"Status {answer}.");
    }

    private Task<HandshakeResponse> RefusalAsync(Handshake handshake) => WireClient.RefusalAsync(server.Process.EndPoint, handshake);
}
