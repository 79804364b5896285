namespace GoHub.ReconnectTests;

/// <summary>How a client behaves on a bad network and with a server that comes and goes. Every client passes the same tests, against a real server.</summary>
public abstract class ReconnectSpecification
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private protected abstract IClientDriver Create();

    [Fact]
    public async Task After_a_reset_it_is_back_in_its_rooms()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);
        Assert.True((await client.JoinAsync(ScriptedServer.Room)).Ok);

        server.Proxy.Reset();

        await client.IsConnectedAsync(times: 2);
        await client.RoomHasAsync(ScriptedServer.Room, "rejoined");
        await server.Hub.Room(ScriptedServer.Room).SendAsync("room_message", new { room_id = ScriptedServer.Room, content = "welcome back" }, TestContext.Current.CancellationToken);
        await client.RoomHasAsync(ScriptedServer.Room, "room_message");
        Assert.True((await client.RequestAsync("echo", 1)).Ok);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_an_answer_fails_the_request_and_is_made_again()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);
        server.Proxy.CutAfter(Direction.Down, 100);

        var cut = await client.RequestAsync("echo", new string('x', 10_000));

        Assert.False(cut.Ok);
        Assert.True(cut.Code < 0);
        await client.IsConnectedAsync(times: 2);
        Assert.True((await client.RequestAsync("echo", 1)).Ok);
    }

    [Fact]
    public async Task A_network_that_swallows_everything_is_noticed_by_the_heartbeat()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);

        server.Proxy.Blackhole();
        await client.HasBeenAsync("waiting", after: client.States.Count);
        server.Proxy.Heal();

        await client.IsConnectedAsync(times: 2, within: TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_slow_network_is_not_a_dead_one()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);
        server.Proxy.Set(LinkFaults.None with { Latency = TimeSpan.FromMilliseconds(300), Jitter = TimeSpan.FromMilliseconds(200), SliceBytes = 7 });

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, (await client.RequestAsync("echo", i)).Data.GetInt32());
        }

        Assert.Single(client.States, s => s.State == "connected");
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(4408)]
    [InlineData(4429)]
    [InlineData(4508)]
    public async Task Closed_with_a_code_that_passes_it_comes_back(int code)
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);

        await (await server.OnlyAsync()).DisconnectAsync((GoHubCloseCode)code, "by the test");

        await client.IsConnectedAsync(times: 2);
        Assert.Contains(client.States, s => s.State == "waiting" && s.Code == code);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1002)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(4401)]
    [InlineData(4403)]
    [InlineData(4409)]
    public async Task Closed_for_good_it_stays_away_and_says_why(int code)
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);
        var attempts = server.Attempts;

        await (await server.OnlyAsync()).DisconnectAsync((GoHubCloseCode)code, "by the test");

        Assert.Equal(code, (await client.HasBeenAsync("stopped")).Code);
        Assert.False((await client.RequestAsync("echo", 1)).Ok);
        Assert.Equal(attempts, server.Attempts);
    }

    [Fact]
    public async Task A_server_that_stops_says_when_to_come_and_is_found_again()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);
        Assert.True((await client.JoinAsync(ScriptedServer.Room)).Ok);

        await server.StopAsync();
        var waiting = await client.HasBeenAsync("waiting");
        await server.StartAsync();

        Assert.Equal(1012, waiting.Code);
        // A node that drains spreads its clients over one second.
        Assert.InRange(waiting.DelayMs ?? -1, 0, 1000);
        await client.IsConnectedAsync(times: 2, within: TimeSpan.FromSeconds(40));
        await client.RoomHasAsync(ScriptedServer.Room, "rejoined");
    }

    [Fact]
    public async Task A_server_that_is_not_there_yet_is_waited_for()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        server.Proxy.Refuse();
        await using var client = Create();
        await client.CreateAsync(server.Address);
        await client.StartAsync();
        var asked = client.RequestAsync("echo", "kept until then");
        await client.HasBeenAsync("waiting");

        server.Proxy.Heal();

        await client.IsConnectedAsync();
        Assert.Equal("kept until then", (await asked).Data.GetString());
    }

    [Fact]
    public async Task What_is_asked_while_away_is_answered_in_order_once_back()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);
        Assert.True((await client.JoinAsync(ScriptedServer.Room)).Ok);
        server.Proxy.Refuse();
        await client.HasBeenAsync("waiting");
        var answers = Enumerable.Range(0, 20).Select(i => client.RequestAsync("echo", i)).ToArray();
        var toRoom = client.SendToRoomAsync(ScriptedServer.Room, "for members only, so the room comes first");

        server.Proxy.Heal();

        Assert.Equal(Enumerable.Range(0, 20), (await Task.WhenAll(answers)).Select(a => a.Data.GetInt32()));
        Assert.True((await toRoom).Ok);
    }

    [Fact]
    public async Task A_token_that_expires_is_replaced_on_the_open_connection()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = Create();
        await client.CreateAsync(server.Address, tokens: [server.Token("anna", TimeSpan.FromSeconds(4)), server.Token("anna", Hour)]);
        await client.StartAsync();
        await client.IsConnectedAsync();

        await Eventually.HoldsAsync("a second token is fetched", () => client.TokensAsked == 2);
        await Eventually.ElapseAsync(TimeSpan.FromSeconds(4));

        Assert.Equal("anna", (await client.RequestAsync("who", new { })).Data.GetProperty("user").GetString());
        Assert.Single(client.States, s => s.State == "connected");
    }

    [Fact]
    public async Task With_a_token_that_has_expired_it_fetches_another()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = Create();
        await client.CreateAsync(server.Address, tokens: [server.Token("anna", Hour), server.Token("anna", Hour)]);
        await client.StartAsync();
        await client.IsConnectedAsync();

        await (await server.OnlyAsync()).DisconnectAsync(GoHubCloseCode.Unauthorized, "token expired");

        await client.IsConnectedAsync(times: 2);
        Assert.Equal(2, client.TokensAsked);
        Assert.Equal("anna", (await client.RequestAsync("who", new { })).Data.GetProperty("user").GetString());
    }

    [Fact]
    public async Task Refused_with_401_it_fetches_another_token()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = Create();
        await client.CreateAsync(server.Address, tokens: ["not-a-token", server.Token("anna", Hour)]);
        await client.StartAsync();

        await client.IsConnectedAsync();

        Assert.Equal(2, client.TokensAsked);
        Assert.Equal("anna", (await client.RequestAsync("who", new { })).Data.GetProperty("user").GetString());
    }

    [Fact]
    public async Task Refused_with_401_and_nothing_else_to_offer_it_says_so()
    {
        await using var server = await ScriptedServer.StartNewAsync(o => o.Auth.AllowAnonymous = false);
        await using var client = Create();
        await client.CreateAsync(server.Address, fixedToken: "not-a-token");
        await client.StartAsync();

        // A page is not shown the status, so there it can only try again.
        await client.IsAsync(client.SeesHttpStatus ? "stopped" : "waiting");
    }

    [Fact]
    public async Task A_wrong_address_is_told()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = Create();
        await client.CreateAsync(server.Address + "/nowhere");
        await client.StartAsync();

        await client.IsAsync(client.SeesHttpStatus ? "stopped" : "waiting");
    }

    [Fact]
    public async Task A_server_that_is_too_busy_is_given_the_time_it_asks_for()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        server.RefuseNext(503, retryAfter: 2);
        await using var client = Create();
        await client.CreateAsync(server.Address);
        await client.StartAsync();

        var waiting = await client.HasBeenAsync("waiting");
        await client.IsConnectedAsync();

        Assert.Equal(2, server.Attempts);
        if (client.SeesHttpStatus)
        {
            Assert.InRange(waiting.DelayMs ?? 0, 2000, 60_000);
        }
    }

    [Fact]
    public async Task Stopped_it_stays_so_until_it_is_started_again()
    {
        await using var server = await ScriptedServer.StartNewAsync();
        await using var client = await ConnectedAsync(server);

        await client.StopAsync();
        await client.IsAsync("stopped");
        await Eventually.HoldsAsync("the server sees it go", () => server.Hub.Local.ConnectionCount == 0);
        var attempts = server.Attempts;
        server.Proxy.Reset();
        Assert.False((await client.RequestAsync("echo", 1)).Ok);
        Assert.Equal(attempts, server.Attempts);

        await client.StartAsync();
        await client.IsConnectedAsync(times: 2);
        Assert.True((await client.RequestAsync("echo", 1)).Ok);
    }

    private async Task<IClientDriver> ConnectedAsync(ScriptedServer server)
    {
        var client = Create();
        await client.CreateAsync(server.Address);
        await client.StartAsync();
        await client.IsConnectedAsync();
        return client;
    }
}

/// <summary>GoHub.Client.</summary>
public sealed class DotNetClientReconnects : ReconnectSpecification
{
    private protected override IClientDriver Create() => new DotNetDriver();
}

/// <summary>@gohub/client, in Node.</summary>
public sealed class JavaScriptClientReconnects : ReconnectSpecification
{
    private protected override IClientDriver Create() => new JavaScriptDriver();
}
