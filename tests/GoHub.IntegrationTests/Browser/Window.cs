using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace GoHub.IntegrationTests.Browser;

/// <summary>A browser window with tabs on one server. It keeps what the tabs complain of and where they go.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _addresses = new();

    public Window(IBrowserContext context, ServerProcess server)
    {
        Context = context;
        Home = new Uri($"http://127.0.0.1:{server.Port}/");
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        context.WebError += (_, error) => _complaints.Enqueue(error.Error);
        context.Request += (_, request) => _addresses.Enqueue(request.Url);
        context.Page += (_, page) => page.WebSocket += (_, socket) => _addresses.Enqueue(socket.Url);
    }

    public Uri Home { get; }

    public IBrowserContext Context { get; }

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
        var page = await Context.NewPageAsync();
        await page.GotoAsync(new Uri(Home, hash).ToString());
        return new Playground(page);
    }

    /// <summary>Does something that opens a tab, and returns that tab.</summary>
    public async Task<Playground> TabOpenedByAsync(Func<Task> action)
    {
        var page = await Context.RunAndWaitForPageAsync(action);
        var playground = new Playground(page);
        await playground.IsConnectedAsync();
        return playground;
    }

    public ValueTask DisposeAsync() => Context.DisposeAsync();
}
