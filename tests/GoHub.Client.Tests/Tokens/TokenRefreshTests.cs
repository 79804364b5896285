namespace GoHub.Client.Tests.Tokens;

public sealed class TokenRefreshTests
{
    private readonly Queue<Func<string?>> _tokens = new();
    private int _asked;

    [Theory]
    [InlineData(3600, 3540)]
    [InlineData(600, 540)]
    [InlineData(240, 180)]
    [InlineData(120, 90)]
    [InlineData(40, 30)]
    [InlineData(4, 3)]
    public async Task ANewToken_IsSentInTime(int life, int after)
    {
        await using var trial = NewTrial();
        Give(trial, life);
        var socket = await trial.ConnectAsync();
        var next = Give(trial, 3600 + life);

        trial.Clock.Advance(TimeSpan.FromSeconds(after) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _asked);
        trial.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var auth = await socket.NextAsync("auth");
        socket.Answer(auth, "auth_ok", new { user_id = "u1", expires_at = 1, expires_in = 1 });

        Assert.Equal(next, auth["data"]!["token"]!.GetValue<string>());
        await Waiting.Until(() => trial.Log.At(LogLevel.Debug).Contains("The token was renewed"));
        Assert.Equal(GoHubClientState.Connected, trial.Client.State);
    }

    [Fact]
    public async Task ItGoesOnAndOn()
    {
        var time = new CountingTime();
        await using var trial = NewTrial(o => o.TimeProvider = time);
        trial.Server.Respond = (s, m) => s.Answer(m, "auth_ok", new { user_id = "u1", expires_at = 1, expires_in = 1 });
        Give(trial, 600);
        var socket = await trial.ConnectAsync();

        for (var i = 1; i <= 10; i++)
        {
            Give(trial, 600 + (i * 540));
            await time.ComeToAsync(TimeSpan.FromSeconds(i * 540));
            await socket.NextAsync("auth");
        }

        Assert.Equal((1, 11), (trial.Server.Connections, _asked));
    }

    [Fact]
    public async Task AnotherUsersToken_ConnectsAnewWithIt()
    {
        await using var trial = NewTrial();
        Give(trial, 600);
        var socket = await trial.ConnectAsync();
        var other = Give(trial, 7200, "u2");

        trial.Clock.Advance(TimeSpan.FromSeconds(540));
        socket.Refuse(await socket.NextAsync("auth"), 2001, "The token is another user's.");
        await trial.Server.NextAsync();

        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.ClosedWith);
        Assert.Equal(other, trial.Server.Attempts[^1].Token);
        Assert.Equal(2, _asked);
        Assert.Equal(TimeSpan.Zero, trial.Changes.Single(c => c.State == GoHubClientState.Waiting).Delay);
    }

    [Fact]
    public async Task OtherFailures_AreTriedAgain()
    {
        var time = new CountingTime();
        await using var trial = NewTrial(o => o.TimeProvider = time);
        Give(trial, 600);
        var socket = await trial.ConnectAsync();
        _tokens.Enqueue(() => throw new FormatException("no session"));
        _tokens.Enqueue(() => null);
        Give(trial, 600);
        Give(trial, 5000);
        Give(trial, 6000);

        foreach (var moment in new[] { 540, 540.5, 541.5, 543.5 })
        {
            await time.ComeToAsync(TimeSpan.FromSeconds(moment));
        }
        socket.Refuse(await socket.NextAsync("auth"), 2003, "The token cannot be accepted.");
        await time.ComeToAsync(TimeSpan.FromSeconds(547.5));
        socket.Answer(await socket.NextAsync("auth"), "auth_ok", new { user_id = "u1", expires_at = 1, expires_in = 1 });

        await Waiting.Until(() => trial.Log.At(LogLevel.Debug).Contains("The token was renewed"));
        Assert.Equal(6, _asked);
        Assert.Equal(4, trial.Log.At(LogLevel.Warning).Count(l => l.StartsWith("The token could not be renewed", StringComparison.Ordinal)));
        Assert.Equal(1, trial.Server.Connections);
    }

    [Fact]
    public async Task WhenItNeverWorks_TheServerEndsIt_AndANewTokenIsFetched()
    {
        await using var trial = NewTrial();
        Give(trial, 600);
        var socket = await trial.ConnectAsync();
        _always = () => throw new FormatException("no session");

        await AdvanceUntilAsync(trial, () => trial.Clock.GetUtcNow() > trial.Clock.Start.AddSeconds(700), TimeSpan.FromSeconds(1));
        Assert.Equal(GoHubClientState.Connected, trial.Client.State);
        var asked = _asked;
        trial.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(asked, _asked);
        _always = null;
        Give(trial, 7200);
        socket.PushClose(4401, "token expired");

        await trial.Server.NextAsync();
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.b.c")]
    [InlineData(null)]
    public async Task ATokenWithoutAnEnd_IsLeftAlone(string? token)
    {
        await using var trial = NewTrial();
        _tokens.Enqueue(() => token);
        await trial.ConnectAsync();

        trial.Clock.Advance(TimeSpan.FromDays(40));

        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task ATokenThatLastsForYears_SleepsForYears()
    {
        var time = new CountingTime();
        await using var trial = NewTrial(o => o.TimeProvider = time);
        Give(trial, 86_400 * 365);
        var socket = await trial.ConnectAsync();
        Give(trial, 86_400 * 730);

        for (var day = 1; day <= 364; day++)
        {
            await time.ComeToAsync(TimeSpan.FromDays(day));
        }
        Assert.Equal(1, _asked);
        await time.ComeToAsync(TimeSpan.FromDays(365) - TimeSpan.FromSeconds(60));

        await socket.NextAsync("auth");
    }

    [Fact]
    public async Task RefreshBefore0_TurnsItOff()
    {
        await using var trial = NewTrial(o => o.RefreshBefore = TimeSpan.Zero);
        Give(trial, 600);
        await trial.ConnectAsync();

        trial.Clock.Advance(TimeSpan.FromSeconds(599));

        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task ADropMeanwhile_EndsIt()
    {
        await using var trial = NewTrial();
        Give(trial, 600);
        var socket = await trial.ConnectAsync();
        Give(trial, 9000);
        trial.Clock.Advance(TimeSpan.FromSeconds(540));
        await socket.NextAsync("auth");
        Give(trial, 9000);
        socket.Drop();
        await trial.ReconnectAsync();

        trial.Clock.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal(3, _asked);
    }

    private Func<string?>? _always;

    private Trial NewTrial(Action<GoHubClientOptions>? configure = null) => new(o =>
    {
        o.TokenProvider = _ =>
        {
            Interlocked.Increment(ref _asked);
            return ValueTask.FromResult(_always is { } always ? always() : _tokens.Dequeue()());
        };
        configure?.Invoke(o);
    });

    private string Give(Trial trial, int seconds, string user = "u1")
    {
        var token = Envelopes.Token(trial.Clock.Start.AddSeconds(seconds), user);
        _tokens.Enqueue(() => token);
        return token;
    }

    private static async Task AdvanceUntilAsync(Trial trial, Func<bool> condition, TimeSpan step)
    {
        for (var i = 0; i < 10_000 && !condition(); i++)
        {
            trial.Clock.Advance(step);
            for (var j = 0; j < 20; j++)
            {
                await Task.Yield();
            }
        }
        Assert.True(condition());
    }
}
