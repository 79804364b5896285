using System.Globalization;

namespace GoHub.Client.Tests.EndToEnd;

/// <summary>What goes over the wire before there is a hub to talk to.</summary>
public sealed class WireEndToEnd
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheRequest_HasTheOfferTheTokenAndWhatTheAppAdds()
    {
        var request = "";
        await using var server = new RawServer(r => RawServer.Accept(request = r));
        await using var session = await Session.StartAsync(server.Address, o =>
        {
            o.Token = "abc.def.ghi";
            o.ConfigureWebSocket = socket => socket.SetRequestHeader("X-App", "mine");
        });

        Assert.StartsWith("GET /ws HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer abc.def.ghi\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: gohub.v1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nX-App: mine\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compression_IsOfferedWithoutContext()
    {
        var request = "";
        await using var server = new RawServer(r => RawServer.Accept(request = r));
        await using var session = await Session.StartAsync(server.Address, o => o.Compression = true);

        Assert.Contains("\r\nSec-WebSocket-Extensions: permessage-deflate;", request, StringComparison.Ordinal);
        Assert.Contains("client_no_context_takeover", request, StringComparison.Ordinal);
        Assert.Contains("server_no_context_takeover", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatNeverAnswersTheRequest_IsGivenUp()
    {
        await using var server = new RawServer(_ => null);
        await using var session = new Session(server.Address, o => o.ConnectTimeout = TimeSpan.FromMilliseconds(200));
        _ = session.Client.StartAsync(Cancel);

        Assert.IsType<TimeoutException>((await session.HasBeenAsync(GoHubClientState.Waiting)).Error);
    }

    [Fact]
    public async Task AServerThatFallsSilent_IsNoticed()
    {
        await using var server = new RawServer(RawServer.Accept);
        await using var session = await Session.StartAsync(server.Address, o =>
        {
            o.KeepAliveInterval = TimeSpan.FromMilliseconds(100);
            o.KeepAliveTimeout = TimeSpan.FromMilliseconds(200);
        });

        Assert.NotNull((await session.HasBeenAsync(GoHubClientState.Waiting)).Error);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    [InlineData("date", 60)]
    [InlineData("Thu, 01 Jan 2015 00:00:00 GMT", 0)]
    public async Task RetryAfter_IsReadAsSecondsOrDate(string? value, int? seconds)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 5, 5, 5, 5, TimeSpan.Zero));
        value = value == "date" ? clock.GetUtcNow().AddMinutes(1).ToString("R", CultureInfo.InvariantCulture) : value;
        var header = value is null ? "" : $"Retry-After: {value}\r\n";
        await using var server = new RawServer(_ => $"HTTP/1.1 503 Service Unavailable\r\n{header}Content-Length: 0\r\n\r\n");
        await using var session = new Session(server.Address, o => o.TimeProvider = clock);
        _ = session.Client.StartAsync(Cancel);

        var refusal = Assert.IsType<GoHubUpgradeRefusedException>((await session.HasBeenAsync(GoHubClientState.Waiting)).Error);

        Assert.Equal((503, seconds), (refusal.StatusCode, (int?)refusal.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task AnInvokerOfTheApps_CarriesTheConnection()
    {
        var connects = 0;
        await using var server = await HubServer.StartNewAsync();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                connects++;
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(new Uri(server.Address).Host, new Uri(server.Address).Port, cancellationToken);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        });
        await using var session = await Session.StartAsync("ws://made-up.test/ws", o => o.HttpInvoker = invoker);

        Assert.Equal("nobody", await session.Client.RequestAsync<string>("who", Cancel).Soon());
        Assert.Equal(1, connects);
    }
}
