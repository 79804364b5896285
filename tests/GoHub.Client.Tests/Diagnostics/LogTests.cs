using GoHub.Client.Diagnostics;

namespace GoHub.Client.Tests.Diagnostics;

public sealed class LogTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AWholeLife_TellsNoTokenAndNoPayload()
    {
        const string Secret = "s3cr3t";
        var tokens = 0;
        await using var trial = new Trial(
            o => o.TokenProvider = _ => ValueTask.FromResult<string?>(Envelopes.Token(new DateTimeOffset(2026, 1, 1, ++tokens, 0, 0, TimeSpan.Zero), Secret)), url: $"ws://{Secret}:{Secret}@hub.test/ws?token={Secret}");
        trial.Server.Respond = (s, m) => s.Answer(m, m.Type() == "auth" ? "auth_ok" : "room_joined", new { room_id = "r", status = "joined", user_id = "u1", expires_at = 1, expires_in = 1 });
        trial.Server.Fail(new GoHubUpgradeRefusedException(503, TimeSpan.FromSeconds(1)), new GoHubUpgradeRefusedException(401));
        var starting = trial.Client.StartAsync(Cancel);
        await trial.PassPauseAsync();
        await starting.Soon();
        var socket = await trial.Server.NextAsync();
        trial.Client.On<int>("n", _ => throw new FormatException());
        await trial.Client.SubscribeAsync("r", Cancel).Soon();
        socket.Say("n", Secret);
        socket.Push(Secret);
        socket.Say("error", new { code = 1, message = "no" });
        await Messages.HandlerTests.FlushAsync(trial, socket);
        trial.Clock.Advance(TimeSpan.FromHours(3));
        await socket.NextAsync("join_room");
        await socket.NextAsync("auth");
        socket.PushClose(4401, "token expired");
        await trial.Server.NextAsync();
        await trial.Client.StopAsync(Cancel).Soon();

        var lines = new[] { LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error }.SelectMany(trial.Log.At).ToArray();
        Assert.True(lines.Length > 10);
        Assert.DoesNotContain(lines, l => l.Contains(Secret, StringComparison.Ordinal) || l.Contains("e30", StringComparison.Ordinal));
        Assert.Contains("Connected to ws://hub.test/ws as conn-1", lines);
    }

    [Fact]
    public async Task AServersWords_CannotBreakALine()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.PushClose(1011, "fell\r\nover " + new string('x', 200));
        await trial.ReachesAsync(GoHubClientState.Waiting);

        var line = Assert.Single(trial.Log.At(LogLevel.Information), l => l.StartsWith("The connection ended", StringComparison.Ordinal));
        Assert.StartsWith("The connection ended: 1011 fell??over xxx", line, StringComparison.Ordinal);
        Assert.True(line.Length < 250);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("plain é 😀", "plain é 😀")]
    [InlineData("a\r\nb\u2028c", "a??b?c")]
    public void Safe_LeavesNoControlCharacter(string? text, string safe) => Assert.Equal(safe, ClientLog.Safe(text));

    [Fact]
    public void Safe_DoesNotCutACharacterInHalf() => Assert.Equal(new string('x', 127), ClientLog.Safe(new string('x', 127) + "😀y"));
}
