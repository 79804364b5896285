[assembly: AssemblyFixture(typeof(GoHub.ChatTests.Browser.ChatBrowser))]

namespace GoHub.ChatTests.Browser;

/// <summary>The browser that all tests share, and a chat for those that need none of their own: they talk in rooms of their own, and never in those that everybody enters.</summary>
/// <remarks>Started by the first test that asks. Chromium is taken from GOHUB_CHROMIUM or /usr/bin/chromium.</remarks>
public sealed class ChatBrowser : IAsyncDisposable
{
    private static readonly string Path = Environment.GetEnvironmentVariable("GOHUB_CHROMIUM") ?? "/usr/bin/chromium";

    // What a browser does by itself in the background has no place in a test.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    // What should come at once; generous, since two cores run it all.
    private const float Patience = 30_000; // ms

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _browser = new(LaunchAsync);
    private readonly Lazy<Task<ChatProcess>> _chat = new(ChatProcess.StartAsync);

    internal Task<ChatProcess> ChatAsync() => _chat.Value;

    /// <summary>A window: a context of its own, in which tabs are one person.</summary>
    internal async Task<ChatWindow> OpenWindowAsync(ChatProcess? chat = null, BrowserNewContextOptions? options = null) =>
        await OpenWindowAsync((chat ?? await ChatAsync()).Home, options);

    internal async Task<ChatWindow> OpenWindowAsync(Uri home, BrowserNewContextOptions? options = null)
    {
        var (_, browser) = await _browser.Value;
        var context = await browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout(Patience);
        return new ChatWindow(context, home);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated)
        {
            var (playwright, browser) = await _browser.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
        if (_chat.IsValueCreated)
        {
            await (await _chat.Value).DisposeAsync();
        }
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync()
    {
        SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Headless = true, Args = Flags });
        return (playwright, browser);
    }
}
