using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GoHub.Client.Tests.Options;

public sealed class ServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheClient_StartsAndStopsWithTheHost()
    {
        var server = new FakeServer();
        using var host = Host(services => services.AddGoHubClient("ws://hub.test/ws", o => o.WebSocketFactory = server.ConnectAsync));

        await host.StartAsync(Cancel).Soon();
        var client = host.Services.GetRequiredService<GoHubClient>();
        await client.StartAsync(Cancel).Soon();
        var socket = await server.NextAsync();
        await host.StopAsync(Cancel).Soon();

        Assert.Equal(GoHubClientState.Stopped, client.State);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.ClosedWith);
    }

    [Fact]
    public async Task TheHost_IsNotHeldUpByAServerThatIsNotThere()
    {
        var server = new FakeServer { Down = () => new WebSocketException() };
        using var host = Host(services => services.AddGoHubClient("ws://hub.test/ws", o => o.WebSocketFactory = server.ConnectAsync));

        await host.StartAsync(Cancel).Soon();
        await host.StopAsync(Cancel).Soon();
    }

    [Fact]
    public async Task TheHost_OutlivesAClientThatIsRefusedForGood()
    {
        var log = new LogLines();
        var server = new FakeServer();
        server.Fail(new GoHubUpgradeRefusedException(404));
        using var host = Host(services => services.AddGoHubClient("ws://hub.test/ws", o => o.WebSocketFactory = server.ConnectAsync).AddLogging(l => l.AddProvider(log)));

        await host.StartAsync(Cancel).Soon();
        await Waiting.Until(() => log.At(LogLevel.Error).Any(l => l.StartsWith("Stopped for good", StringComparison.Ordinal)));
        await host.StopAsync(Cancel).Soon();
    }

    [Fact]
    public async Task ClockLogAndMeters_AreTheHosts()
    {
        var time = new FakeTimeProvider();
        var meters = new Meters();
        GoHubClientOptions? seen = null;
        using var host = Host(services =>
        {
            services.AddSingleton<TimeProvider>(time).AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(meters).AddSingleton(new Session("from-services"));
            services.AddGoHubClient("ws://hub.test/ws", (o, s) => (seen, o.Token) = (o, s.GetRequiredService<Session>().Token));
        });

        var client = host.Services.GetRequiredService<GoHubClient>();

        Assert.Same(time, seen!.TimeProvider);
        Assert.Same(meters, seen.MeterFactory);
        Assert.Same(host.Services.GetRequiredService<ILoggerFactory>(), seen.LoggerFactory);
        Assert.Equal("from-services", seen.Token);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task ABadOption_StopsTheStart()
    {
        using var host = Host(services => services.AddGoHubClient("ws://hub.test/ws", o => o.MaxQueued = 0));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancel).Soon());

        Assert.Contains("MaxQueued is '0'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABadUrl_IsRefusedAtOnce_AndASecondClientToo()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentException>(() => services.AddGoHubClient(""));
        Assert.Throws<ArgumentException>(() => services.AddGoHubClient("nonsense"));
        services.AddGoHubClient("ws://hub.test/ws");
        Assert.Throws<InvalidOperationException>(() => services.AddGoHubClient("ws://hub.test/other"));
    }

    private static IHost Host(Action<IServiceCollection> configure)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        configure(builder.Services);
        return builder.Build();
    }

    private sealed record Session(string Token);
}
