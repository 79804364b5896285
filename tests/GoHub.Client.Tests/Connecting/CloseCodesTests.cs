using GoHub.Client.Connecting;

namespace GoHub.Client.Tests.Connecting;

public sealed class CloseCodesTests
{
    [Theory]
    [InlineData(1000)]
    [InlineData(1002)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(4400)]
    [InlineData(4402)]
    [InlineData(4403)]
    [InlineData(4409)]
    [InlineData(4428)]
    [InlineData(4430)]
    [InlineData(4499)]
    public void Judge_WhatWouldEndTheSameWay_Stops(int code) => Assert.Equal(CloseVerdict.Stop, CloseCodes.Judge(code));

    [Theory]
    [InlineData(null)]
    [InlineData(1001)]
    [InlineData(1003)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1010)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(4000)]
    [InlineData(4399)]
    [InlineData(4408)]
    [InlineData(4429)]
    [InlineData(4500)]
    [InlineData(4508)]
    [InlineData(4999)]
    public void Judge_WhatMayPass_Reconnects(int? code) => Assert.Equal(CloseVerdict.Reconnect, CloseCodes.Judge(code));

    [Fact]
    public void Judge_4401_IsAboutTheToken() => Assert.Equal(CloseVerdict.Unauthorized, CloseCodes.Judge(4401));

    [Theory]
    [InlineData(1000)]
    [InlineData(1002)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(4400)]
    [InlineData(4401)]
    [InlineData(4403)]
    [InlineData(4409)]
    [InlineData(4499)]
    public async Task Client_ClosedForGood_Stops(int code)
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.PushClose(code, "because");
        var change = await trial.ReachesAsync(GoHubClientState.Stopped);

        Assert.Equal((code, "because"), (change.CloseCode, change.Reason));
        Assert.Equal([GoHubClientState.Connecting, GoHubClientState.Connected, GoHubClientState.Stopped], trial.States);
        Assert.Equal((WebSocketCloseStatus)code, socket.ClosedWith);
        Assert.True(socket.IsDisposed);
        var refused = await Assert.ThrowsAsync<GoHubClientException>(() => trial.Client.SendAsync("x", TestContext.Current.CancellationToken));
        Assert.Equal((GoHubClientError.Stopped, code), (refused.Error, refused.CloseCode));
        Assert.Contains("because", refused.Message, StringComparison.Ordinal);
        Assert.Contains(trial.Log.At(LogLevel.Error), line => line.StartsWith("Stopped for good", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(4408)]
    [InlineData(4429)]
    [InlineData(4508)]
    public async Task Client_ClosedForNow_ComesBack(int code)
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.PushClose(code, "for now");
        var change = await trial.ReachesAsync(GoHubClientState.Waiting);
        await trial.ReconnectAsync();

        Assert.Equal((code, "for now", TimeSpan.FromMilliseconds(500)), (change.CloseCode, change.Reason, change.Delay));
        Assert.Equal("conn-2", trial.Client.ConnectionId);
    }

    [Fact]
    public async Task Client_ClosedWithoutCode_ComesBack()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.PushClose(1005);
        var change = await trial.ReachesAsync(GoHubClientState.Waiting);
        await trial.ReconnectAsync();

        Assert.Null(change.CloseCode);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.ClosedWith);
    }

    [Fact]
    public async Task Client_Dropped_ComesBack()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();

        socket.Drop();
        var change = await trial.ReachesAsync(GoHubClientState.Waiting);
        await trial.ReconnectAsync();

        Assert.Null(change.CloseCode);
        Assert.IsType<WebSocketException>(change.Error);
        Assert.True(socket.IsDisposed);
        Assert.Null(socket.ClosedWith);
    }
}
