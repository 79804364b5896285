using System.Text.RegularExpressions;

namespace GoHub.ChatTests.Browser;

/// <summary>The chat in one tab, in the words of the person who uses it.</summary>
internal sealed class Person(IPage page)
{
    public IPage Page => page;

    public ILocator Texts => At("text");

    public ILocator LastText => Texts.Last;

    public ILocator People => At("person");

    public ILocator Field => At("say");

    public ILocator At(string testId) => page.GetByTestId(testId);

    /// <summary>A conversation in the list.</summary>
    /// <param name="key">Such as <c>room general</c>, or the begin of <c>with Ada~x</c>.</param>
    public ILocator Thread(string key) => page.Locator($"[data-testid=thread][data-thread^=\"{key}\"]");

    public ILocator Unread(string key) => Thread(key).GetByTestId("unread");

    public ILocator PersonNamed(string name) => People.Filter(new() { Has = page.GetByTestId("person-name").GetByText(name, new() { Exact = true }) });

    public Task IsOnlineAsync() => Expect(At("me-state")).ToHaveTextAsync(new Regex("^Online"));

    public async Task SayAsync(string text)
    {
        await Field.FillAsync(text);
        await Field.PressAsync("Enter");
    }

    /// <summary>Says it, and waits until the server has it.</summary>
    public async Task SayAndBeHeardAsync(string text)
    {
        await SayAsync(text);
        await Expect(At("line").Last).ToHaveAttributeAsync("data-fate", "sent");
    }

    public async Task OpenAsync(string key)
    {
        await Thread(key).ClickAsync();
        await Expect(Thread(key)).ToHaveAttributeAsync("aria-current", "true");
    }

    /// <summary>Goes to a room, and enters it, by its address.</summary>
    public async Task GoToAsync(string room)
    {
        await page.EvaluateAsync("room => { location.hash = '#/room/' + encodeURIComponent(room); }", room);
        await Expect(At("talk-title")).ToHaveTextAsync(room);
        await Expect(People.First).ToBeAttachedAsync();
    }

    /// <summary>What the room shows, from its first line to its last.</summary>
    public Task ReadsAsync(params string[] texts) => Expect(Texts).ToHaveTextAsync(texts);

    public Task TitleIsAsync(string title) => Expect(page).ToHaveTitleAsync(title);

    /// <summary>From what the browser keeps of this person.</summary>
    public Task<string> UserIdAsync() => page.EvaluateAsync<string>("JSON.parse(localStorage.getItem('gohub-chat.me')).userId");

    public Task<string> TicketAsync() => page.EvaluateAsync<string>("JSON.parse(localStorage.getItem('gohub-chat.me')).ticket");

    /// <summary>Another tab is in front of this one.</summary>
    public Task HideAsync() => SetVisibilityAsync("hidden");

    public Task ShowAsync() => SetVisibilityAsync("visible");

    /// <summary>The browser stops all that runs in the tab, as it does in the background or when the lid is closed.</summary>
    public Task SleepAsync() => SetLifecycleAsync("frozen");

    public Task WakeAsync() => SetLifecycleAsync("active");

    /// <summary>Nothing makes the page scroll sideways, and nothing stands out of it.</summary>
    public Task FitsItsWindowAsync() =>
        Eventually.HoldsAsync("the page is as wide as its window", async () =>
            await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth") <= 0);

    // A headless browser shows all of its tabs at once.
    private async Task SetVisibilityAsync(string state) => await page.EvaluateAsync(
        $$"""
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '{{state}}' });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        """);

    private async Task SetLifecycleAsync(string state)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("Page.setWebLifecycleState", new() { ["state"] = state });
        await browser.DetachAsync();
    }
}
