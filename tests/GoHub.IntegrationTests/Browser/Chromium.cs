using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(GoHub.IntegrationTests.Browser.Chromium))]

namespace GoHub.IntegrationTests.Browser;

/// <summary>The browser that all tests of the page share, and a server whose room list no other test fills.</summary>
/// <remarks>Started by the first test that asks. Chromium is taken from GOHUB_CHROMIUM or /usr/bin/chromium.</remarks>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string Path = Environment.GetEnvironmentVariable("GOHUB_CHROMIUM") ?? "/usr/bin/chromium";

    // What a browser does by itself in the background has no place in a test.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _browser = new(LaunchAsync);
    private readonly Lazy<Task<ServerProcess>> _server = new(() => ServerProcess.StartAsync(SharedServer.Options));

    internal Task<ServerProcess> ServerAsync() => _server.Value;

    /// <summary>A window: a context of its own, in which tabs share storage but no other window's.</summary>
    internal async Task<Window> OpenWindowAsync(ServerProcess? server = null, BrowserNewContextOptions? options = null)
    {
        var (_, browser) = await _browser.Value;
        var context = await browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout((float)Eventually.Soon.TotalMilliseconds);
        return new Window(context, server ?? await ServerAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated)
        {
            var (playwright, browser) = await _browser.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Eventually.Soon.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Headless = true, Args = Flags });
        return (playwright, browser);
    }
}
