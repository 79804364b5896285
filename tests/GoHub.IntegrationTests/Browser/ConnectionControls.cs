using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>Connect, disconnect, tokens, refusals, and the way back after a restart.</summary>
public sealed class ConnectionControls(Chromium chromium)
{
    [Fact]
    public async Task It_connects_by_itself_disconnects_and_connects_again()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync("#room=again");
        var firstId = await tab.ClientIdAsync();
        await Expect(tab.At("user-id")).ToHaveTextAsync("anonymous");
        await Expect(tab.At("say-send")).ToBeEnabledAsync();

        await tab.At("disconnect").ClickAsync();
        await tab.IsAsync("offline");
        await Expect(tab.At("client-id")).ToBeDisabledAsync();
        await Expect(tab.At("say-send")).ToBeDisabledAsync();
        await Expect(tab.At("raw-send")).ToBeDisabledAsync();
        await Expect(tab.At("join")).ToBeDisabledAsync();
        await Expect(tab.At("rooms-hint")).ToHaveTextAsync("Connect to see the rooms.");

        await tab.At("connect").ClickAsync();
        await tab.IsConnectedAsync();
        Assert.NotEqual(firstId, await tab.ClientIdAsync());
        await Expect(tab.At("remark").Last).ToHaveTextAsync("Back in the room.");
        await Expect(tab.At("say-send")).ToBeEnabledAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_token_signs_in_and_is_never_in_an_address()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        var token = TestTokens.For("tilda", TestTokens.Everything);
        await tab.ConnectWithAsync(token);
        await Expect(tab.At("user-id")).ToHaveTextAsync("tilda");
        await Expect(tab.At("token-hint")).ToContainTextAsync("For tilda, until ");
        Assert.DoesNotContain(window.Addresses, address => address.Contains(token, StringComparison.Ordinal));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_refused_token_is_said_in_words_and_leaving_it_out_helps()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.ConnectWithAsync("no-token-at-all");
        await tab.IsAsync("refused");
        await Expect(tab.At("token-hint")).ToContainTextAsync("This is not a JWT");
        await Expect(tab.At("connection-detail")).ToHaveTextAsync("The server refused this token.");

        await tab.ConnectWithAsync(TestTokens.Create("eve", key: new string('k', 64)));
        await tab.IsAsync("refused");
        await Expect(tab.At("connection-detail")).ToContainTextAsync("Check its key");

        await tab.ConnectWithAsync(TestTokens.Create("late", expires: TimeProvider.System.GetUtcNow().AddHours(-1)));
        await tab.IsAsync("refused");
        await Expect(tab.At("token-hint")).ToContainTextAsync("This token expired at");

        await tab.ConnectWithAsync("two words");
        await tab.IsAsync("refused");
        await Expect(tab.At("connection-detail")).ToContainTextAsync("cannot use this endpoint or token");

        await tab.ConnectWithAsync("");
        await tab.IsConnectedAsync();
        await Expect(tab.At("connection-detail")).ToHaveTextAsync("");
    }

    [Fact]
    public async Task A_server_that_wants_a_token_is_recognised()
    {
        await using var server = await ServerProcess.StartAsync($"Auth:Jwt:SecretKey={TestTokens.Key}", "Auth:AllowAnonymous=false");
        await using var window = await chromium.OpenWindowAsync(server);
        var tab = await window.OpenWithoutWaitingAsync();
        await tab.IsAsync("refused");
        await Expect(tab.At("connection-detail")).ToContainTextAsync("It may want a token");
        await tab.ConnectWithAsync(TestTokens.For("known", TestTokens.Everything));
        await tab.IsConnectedAsync();
    }

    [Fact]
    public async Task Another_endpoint_can_be_named()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.At("connect-options").Locator("summary").ClickAsync();
        await Expect(tab.At("endpoint")).ToHaveValueAsync($"ws://127.0.0.1:{window.Home.Port}/ws");
        await tab.At("endpoint").FillAsync("gopher://127.0.0.1");
        await tab.At("connect").ClickAsync();
        await tab.IsAsync("refused");
        await tab.At("endpoint").FillAsync($"ws://127.0.0.1:{window.Home.Port}/ws?from=playground");
        await tab.At("connect").ClickAsync();
        await tab.IsConnectedAsync();
    }

    [Fact]
    public async Task After_a_restart_it_comes_back_by_itself_into_its_room()
    {
        var server = await ServerProcess.StartAsync();
        try
        {
            await using var window = await chromium.OpenWindowAsync(server);
            var tab = await window.OpenAsync("#room=restart");
            await Expect(tab.At("say-send")).ToBeEnabledAsync();
            Assert.Equal(0, await server.StopAsync());
            await tab.IsAsync("waiting");
            await Expect(tab.At("connection-detail")).ToContainTextAsync("Trying again in");
            await Expect(tab.Frames.Filter(new() { HasText = "Closed: the server is restarting (1012" })).ToHaveCountAsync(1);
            await Expect(tab.At("node-status")).ToHaveTextAsync("unreachable");

            var port = server.Port;
            await server.DisposeAsync();
            server = await ServerProcess.StartAsync([], null, port: port);
            await tab.IsConnectedAsync();
            await Expect(tab.At("remark").Last).ToHaveTextAsync("Back in the room.");
            await tab.SayAsync("here again");
            await Expect(tab.At("message").Last).ToHaveAttributeAsync("data-fate", "sent");
            await Expect(tab.At("node-status")).ToHaveTextAsync("ok");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Connect_now_does_not_wait_for_the_next_try()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var window = await chromium.OpenWindowAsync(server);
        var tab = await window.OpenAsync();
        await server.StopAsync();
        await tab.IsAsync("waiting");
        await Expect(tab.At("connect")).ToHaveTextAsync("Connect now");
        await tab.At("disconnect").ClickAsync();
        await tab.IsAsync("offline");
    }
}
