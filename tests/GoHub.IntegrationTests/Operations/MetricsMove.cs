namespace GoHub.IntegrationTests.Operations;

/// <summary>Every metric there is moves by what it counts.</summary>
public sealed class MetricsMove : IAsyncLifetime
{
    private ServerProcess _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync($"Auth:Jwt:SecretKey={TestTokens.Key}", "SendQueue:MaxMessages=4");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Connections_rooms_messages_errors_and_sign_ins_are_counted()
    {
        var before = await _server.MetricsAsync();
        await using var alice = await WireClient.ConnectAsync(_server.EndPoint, Handshake.WithToken(TestTokens.For("alice", TestTokens.Everything)));
        await using (var bob = await WireClient.ConnectAsync(_server.EndPoint))
        {
            await alice.JoinAsync("r");
            await bob.JoinAsync("r");
            await alice.SendAsync("room_message", new { room_id = "r", content = "x" }, 1);
            await alice.ExpectAsync("ack");
            await bob.ExpectAsync("room_message");
            await bob.SendAsync("no_such_type");
            await bob.ExpectErrorAsync(1001);
            var during = await _server.MetricsAsync();
            Assert.Equal(2, during["gohub_connected_clients"]);
            Assert.Equal(1, during["gohub_active_rooms"]);
        }
        Assert.Equal(401, (await WireClient.RefusalAsync(_server.EndPoint, Handshake.WithToken("wrong"))).Status);
        await Eventually.HoldsAsync("bob is gone", async () => (await _server.MetricsAsync())["gohub_connected_clients"] == 1);
        await alice.AskAsync("leave_room", new { room_id = "r" }, "room_left");

        var after = await _server.MetricsAsync();
        var moved = (string name) => after[name] - before[name];
        Assert.Equal(0, after["gohub_active_rooms"]);
        Assert.Equal(2, moved("gohub_connections_total"));
        Assert.Equal(1, moved("gohub_disconnections_total"));
        Assert.Equal(2, moved("gohub_room_joins"));
        Assert.Equal(2, moved("gohub_room_leaves"));
        Assert.Equal(1, moved("gohub_room_messages"));
        Assert.Equal(1, moved("gohub_errors_total"));
        Assert.Equal(1, moved("gohub_auth_success"));
        Assert.Equal(1, moved("gohub_auth_failure"));
        Assert.Equal(5, moved("gohub_messages_received_total"));
        Assert.Equal(6, moved("gohub_messages_sent_total"));
        Assert.Equal(11, moved("gohub_messages_total"));
        Assert.Equal(0, moved("gohub_critical_errors_total"));
        Assert.InRange(moved("gohub_message_size_count"), 5, 11);
        Assert.InRange(moved("gohub_message_size_sum"), 100, 5000);
        Assert.InRange(moved("gohub_message_latency_seconds_count"), 4, 11);
        Assert.InRange(moved("gohub_message_latency_seconds_sum"), double.Epsilon, 60);
    }

    [Fact]
    public async Task What_a_full_queue_drops_is_counted()
    {
        await using var sender = await WireClient.ConnectAsync(_server.EndPoint);
        await using var deaf = await WireClient.OpenAsync(_server.EndPoint, receiveBuffer: 4096);
        await deaf.UpgradeAsync(_server.EndPoint, Handshake.WithQuery("welcome=1"));
        var id = (await deaf.ExpectAsync("welcome")).Text("client_id");
        var content = new string('x', 60_000);
        for (var i = 1; i <= 1000 && (await _server.MetricsAsync())["gohub_messages_dropped_total"] == 0; i++)
        {
            await sender.SendAsync("direct_message", new { target_id = id, content }, i);
            await sender.ReceiveAsync();
        }
        Assert.True((await _server.MetricsAsync())["gohub_messages_dropped_total"] > 0, "Nothing was counted.");
    }

    [Fact]
    public async Task The_page_is_Prometheus_text_without_names_of_people_or_rooms()
    {
        await using var client = await WireClient.ConnectAsync(_server.EndPoint, Handshake.WithToken(TestTokens.For("secret-user", TestTokens.Everything)));
        await client.JoinAsync("secret-room");
        using var response = await _server.Http.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        var metrics = await _server.MetricsAsync();
        Assert.DoesNotContain("secret", metrics.Text, StringComparison.Ordinal);
        foreach (var (name, type) in new[] { ("gohub_connected_clients", "gauge"), ("gohub_active_rooms", "gauge"), ("gohub_messages_total", "counter"), ("gohub_message_size", "histogram"), ("gohub_message_latency_seconds", "histogram") })
        {
            Assert.Contains($"# TYPE {name} {type}", metrics.Text, StringComparison.Ordinal);
        }
    }
}
