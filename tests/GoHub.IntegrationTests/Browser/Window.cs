using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace GoHub.IntegrationTests.Browser;

/// <summary>A browser window with tabs on one server. It keeps what the tabs complain of and where they go.</summary>
internal sealed class Window(IBrowserContext context, ServerProcess server) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _addresses = new();

    public Uri Home { get; } = new($"http://127.0.0.1:{server.Port}/");

    public IBrowserContext Context => context;

    /// <summary>Console errors and warnings, and exceptions that nobody caught.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>Every address that was asked for, sockets included.</summary>
    public IReadOnlyList<string> Addresses => [.. _addresses];

    /// <summary>Opens the page in a new tab and waits until it has connected by itself.</summary>
    public async Task<Playground> OpenAsync(string hash = "")
    {
        var playground = await OpenWithoutWaitingAsync(hash);
        await playground.IsConnectedAsync();
        return playground;
    }

    public async Task<Playground> OpenWithoutWaitingAsync(string hash = "")
    {
        var page = await context.NewPageAsync();
        Watch(page);
        await page.GotoAsync(new Uri(Home, hash).ToString());
        return new Playground(page);
    }

    /// <summary>Does something that opens a tab, and returns that tab.</summary>
    public async Task<Playground> TabOpenedByAsync(Func<Task> action)
    {
        var page = await context.RunAndWaitForPageAsync(action);
        Watch(page);
        var playground = new Playground(page);
        await playground.IsConnectedAsync();
        return playground;
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Request += (_, request) => _addresses.Enqueue(request.Url);
        page.WebSocket += (_, socket) => _addresses.Enqueue(socket.Url);
    }
}
