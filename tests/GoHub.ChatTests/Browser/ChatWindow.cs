using System.Collections.Concurrent;

namespace GoHub.ChatTests.Browser;

/// <summary>A browser window: all its tabs are one person. It keeps what the tabs complain of.</summary>
internal sealed class ChatWindow : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _dialogs = new();

    public ChatWindow(IBrowserContext context, Uri home)
    {
        (Context, Home) = (context, home);
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        context.WebError += (_, error) => _complaints.Enqueue(error.Error);
        context.Dialog += (_, dialog) => _dialogs.Enqueue(dialog.Message);
    }

    public IBrowserContext Context { get; }

    public Uri Home { get; }

    /// <summary>Console errors and warnings, and exceptions that nobody caught.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>Complaints that a server which is gone does not explain.</summary>
    public IEnumerable<string> OwnFaults => Complaints.Where(text =>
        !text.Contains("WebSocket connection to", StringComparison.Ordinal) && !text.Contains("net::ERR_", StringComparison.Ordinal));

    public IReadOnlyList<string> Dialogs => [.. _dialogs];

    /// <summary>Opens the chat in a tab and takes a name, unless this window has one; waits until it is connected.</summary>
    public async Task<Person> EnterAsync(string name, string room = "general")
    {
        var person = new Person(await Context.NewPageAsync());
        await person.Page.GotoAsync(new Uri(Home, $"#/room/{Uri.EscapeDataString(room)}").ToString());
        await Expect(person.At("welcome").Or(person.At("me-state")).And(person.Page.Locator(":visible"))).ToBeVisibleAsync();
        if (await person.At("welcome").IsVisibleAsync())
        {
            await person.At("name").FillAsync(name);
            await person.At("enter").ClickAsync();
        }
        await person.IsOnlineAsync();
        await Expect(person.People.Filter(new() { HasText = name }).First).ToBeAttachedAsync();
        return person;
    }

    public ValueTask DisposeAsync() => Context.DisposeAsync();
}
