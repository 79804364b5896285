
namespace GoHub.Client.Tests.EndToEnd;

public sealed class AuthEndToEnd
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AToken_SaysWhoItIs()
    {
        await using var server = await HubServer.StartNewAsync(o => o.Auth.AllowAnonymous = false);
        await using var session = await Session.StartAsync(server.Address, o => o.Token = TestTokens.For("ada", TestTokens.Everything));

        Assert.Equal("ada", session.Client.UserId);
        Assert.Equal("ada", await session.Client.RequestAsync<string>("who", Cancel).Soon());
    }

    [Fact]
    public async Task NoToken_IsRefusedForGood()
    {
        await using var server = await HubServer.StartNewAsync(o => o.Auth.AllowAnonymous = false);
        await using var session = new Session(server.Address);

        var error = await Assert.ThrowsAsync<GoHubClientException>(() => session.Client.StartAsync(Cancel).Soon());

        Assert.Equal(401, Assert.IsType<GoHubUpgradeRefusedException>(error.InnerException).StatusCode);
        Assert.Equal(GoHubClientState.Stopped, (await session.HasBeenAsync(GoHubClientState.Stopped)).State);
    }

    [Fact]
    public async Task AWrongToken_IsFollowedByARightOne()
    {
        var tokens = new Queue<string>([TestTokens.Create("ada", key: new string('k', 64)), TestTokens.For("ada", TestTokens.Everything)]);
        await using var server = await HubServer.StartNewAsync(o => o.Auth.AllowAnonymous = false);
        await using var session = await Session.StartAsync(server.Address, o => o.TokenProvider = _ => ValueTask.FromResult<string?>(tokens.Dequeue()));

        Assert.Equal("ada", session.Client.UserId);
        Assert.Equal(401, Assert.IsType<GoHubUpgradeRefusedException>(session.Changes.Single(c => c.State == GoHubClientState.Waiting).Error).StatusCode);
    }

    [Fact]
    public async Task AToken_IsRenewedInPlace()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var asked = 0;
        await using var server = await HubServer.StartNewAsync(o => o.Auth.AllowAnonymous = false);
        var log = new LogLines();
        await using var session = await Session.StartAsync(server.Address, o =>
        {
            o.TimeProvider = clock;
            o.LoggerFactory = new LoggerFactory([log]);
            // The second grants more than the first.
            o.TokenProvider = _ => ValueTask.FromResult<string?>(TestTokens.Create("ada", ++asked == 1 ? [] : TestTokens.Everything, clock.GetUtcNow().AddHours(1)));
        });
        Assert.Equal(2001, (await Assert.ThrowsAsync<GoHubRequestException>(() => session.Client.SubscribeAsync("lobby", Cancel).Soon())).Code);
        var connection = session.Client.ConnectionId;

        clock.Advance(TimeSpan.FromMinutes(59));
        await Waiting.Until(() => log.At(LogLevel.Debug).Contains("The token was renewed"));

        await session.Client.SubscribeAsync("lobby", Cancel).Soon();
        Assert.Equal((connection, 2), (session.Client.ConnectionId, asked));
        Assert.Equal(2, session.Changes.Count);
    }

    [Fact]
    public async Task ATokenThatExpires_IsFollowedByANewOne()
    {
        var asked = 0;
        await using var server = await HubServer.StartNewAsync(o => o.Auth.AllowAnonymous = false);
        await using var session = await Session.StartAsync(server.Address, o =>
        {
            o.RefreshBefore = TimeSpan.Zero;
            o.TokenProvider = _ => ValueTask.FromResult<string?>(TestTokens.Create("ada", expires: TimeProvider.System.GetUtcNow().AddSeconds(++asked == 1 ? 2 : 3600)));
        });

        await session.IsConnectedAsync(times: 2);

        Assert.Equal((4401, TimeSpan.Zero), session.Changes.Where(c => c.State == GoHubClientState.Waiting).Select(c => (c.CloseCode, c.Delay)).Single());
    }

    [Fact]
    public async Task AnotherUsersToken_ConnectsAnew()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var asked = 0;
        await using var server = await HubServer.StartNewAsync();
        await using var session = await Session.StartAsync(server.Address, o =>
        {
            o.TimeProvider = clock;
            o.TokenProvider = _ => ValueTask.FromResult<string?>(TestTokens.Create(++asked == 1 ? "ada" : "bob", expires: clock.GetUtcNow().AddHours(1)));
        });
        Assert.Equal("ada", session.Client.UserId);

        clock.Advance(TimeSpan.FromMinutes(59));
        await session.IsConnectedAsync(times: 2);

        Assert.Equal(("bob", 2), (session.Client.UserId, asked));
    }
}
