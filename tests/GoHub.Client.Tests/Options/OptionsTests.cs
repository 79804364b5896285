namespace GoHub.Client.Tests.Options;

public sealed class OptionsTests
{
    public static TheoryData<string, Action<GoHubClientOptions>> Bad => new()
    {
        { "RefreshBefore", o => o.RefreshBefore = TimeSpan.FromSeconds(-1) },
        { "RefreshBefore", o => o.RefreshBefore = TimeSpan.FromDays(2) },
        { "RequestTimeout", o => o.RequestTimeout = TimeSpan.Zero },
        { "RequestTimeout", o => o.RequestTimeout = TimeSpan.FromDays(60) },
        { "ConnectTimeout", o => o.ConnectTimeout = TimeSpan.Zero },
        { "CloseTimeout", o => o.CloseTimeout = TimeSpan.FromMinutes(2) },
        { "ReconnectBaseDelay", o => o.ReconnectBaseDelay = TimeSpan.Zero },
        { "ReconnectBaseDelay", o => o.ReconnectBaseDelay = TimeSpan.FromMinutes(1) },
        { "ReconnectMaxDelay", o => o.ReconnectMaxDelay = TimeSpan.FromDays(2) },
        { "KeepAliveInterval", o => o.KeepAliveInterval = TimeSpan.FromSeconds(-1) },
        { "KeepAliveTimeout", o => o.KeepAliveTimeout = TimeSpan.FromSeconds(-1) },
        { "WhileOffline", o => o.WhileOffline = (WhileOffline)7 },
        { "MaxQueued", o => o.MaxQueued = 0 },
        { "MaxQueuedBytes", o => o.MaxQueuedBytes = 1023 },
        { "MaxMessageSize", o => o.MaxMessageSize = 127 },
        { "MaxBuffered", o => o.MaxBuffered = 0 },
        { "MaxBufferedBytes", o => o.MaxBufferedBytes = 1023 },
        { "TimeProvider", o => o.TimeProvider = null! },
        { "Token", o => o.Token = "" },
        { "Token", o => o.Token = "with a space" },
        { "Token", o => o.Token = "line\nbreak" },
        { "TokenProvider", o => (o.Token, o.TokenProvider) = ("abc", _ => ValueTask.FromResult<string?>("abc")) },
    };

    [Theory, MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void ABadOption_IsNamed_WithWhatToWrite(string option, Action<GoHubClientOptions> configure)
    {
        var error = Assert.Throws<ArgumentException>(() => new GoHubClient("ws://hub.test/ws", configure));

        Assert.Contains(option, error.Message, StringComparison.Ordinal);
        Assert.Contains("Set ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllProblems_AreTold_AndNoSecret()
    {
        var error = Assert.Throws<ArgumentException>(() => new GoHubClient("ws://hub.test/ws", o => (o.Token, o.MaxQueued, o.MaxBuffered) = ("sec ret", 0, 0)));

        Assert.Contains("MaxQueued", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBuffered", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sec ret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://hub.test/ws", "ws://hub.test/ws")]
    [InlineData("wss://hub.test:8443/ws?x=1", "wss://hub.test:8443/ws?x=1")]
    [InlineData("http://hub.test/ws", "ws://hub.test/ws")]
    [InlineData("http://hub.test:8080", "ws://hub.test:8080/")]
    [InlineData("https://hub.test/ws", "wss://hub.test/ws")]
    [InlineData("HTTPS://hub.test/ws", "wss://hub.test/ws")]
    [InlineData("ws://[::1]:8080/ws", "ws://[::1]:8080/ws")]
    public void Url_IsThatOfAWebSocket(string url, string expected)
    {
        Assert.Equal(expected, new GoHubClient(url).Url.AbsoluteUri);
        Assert.Equal(expected, new GoHubClient(new Uri(url), new GoHubClientOptions()).Url.AbsoluteUri);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/ws")]
    [InlineData("hub.test/ws?token=secret")]
    [InlineData("ftp://hub.test/?token=secret")]
    [InlineData("ws:///nowhere?token=secret")]
    public void Url_ThatIsNone_IsRefused_WithoutShowingIt(string url)
    {
        var error = Assert.Throws<ArgumentException>(() => new GoHubClient(url));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nulls_AreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new GoHubClient((string)null!));
        Assert.Throws<ArgumentNullException>(() => new GoHubClient(null!, new GoHubClientOptions()));
        Assert.Throws<ArgumentNullException>(() => new GoHubClient(new Uri("ws://hub.test"), null!));
        Assert.Throws<ArgumentException>(() => new GoHubClient(new Uri("/ws", UriKind.Relative), new GoHubClientOptions()));
    }

    [Fact]
    public void Defaults_AreAsDocumented()
    {
        var options = new GoHubClientOptions();

        Assert.Equal((10, 20, 60), (options.RequestTimeout.TotalSeconds, options.ConnectTimeout.TotalSeconds, options.RefreshBefore.TotalSeconds));
        Assert.Equal((500, 30_000), (options.ReconnectBaseDelay.TotalMilliseconds, options.ReconnectMaxDelay.TotalMilliseconds));
        Assert.Equal((100, 262_144, WhileOffline.Queue), (options.MaxQueued, options.MaxQueuedBytes, options.WhileOffline));
        Assert.Equal((25, 10), (options.KeepAliveInterval.TotalSeconds, options.KeepAliveTimeout.TotalSeconds));
        Assert.Equal(1_048_576, options.MaxMessageSize);
    }
}
