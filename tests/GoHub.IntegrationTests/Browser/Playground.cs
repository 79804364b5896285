using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>The page in one tab, in the words of the person who uses it.</summary>
internal sealed class Playground(IPage page)
{
    public IPage Page => page;

    public ILocator Messages => At("message-text");

    public ILocator LastMessage => Messages.Last;

    public ILocator Members => At("member");

    public ILocator Frames => At("frame");

    public ILocator LastFrame => Frames.Last;

    public ILocator At(string testId) => page.GetByTestId(testId);

    public ILocator RoomRow(string room) => At("room-row").And(page.Locator($"[data-room=\"{room.Replace("\"", "\\\"", StringComparison.Ordinal)}\"]"));

    public ILocator InRoom(string room, string control) => RoomRow(room).GetByTestId(control);

    public ILocator FramesOfType(string type) => Frames.Filter(new() { Has = page.GetByTestId("frame-type").And(page.GetByTitle(type, new() { Exact = true })) });

    public Task IsAsync(string state) => Expect(At("connection-state")).ToHaveAttributeAsync("data-state", state);

    public async Task IsConnectedAsync()
    {
        await IsAsync("connected");
        await Expect(At("client-id")).ToHaveAttributeAsync("data-value", new System.Text.RegularExpressions.Regex("^[A-Za-z0-9_-]{32}$"));
    }

    public async Task<string> ClientIdAsync() => (await At("client-id").GetAttributeAsync("data-value"))!;

    public async Task JoinAsync(string room)
    {
        await At("join-room").FillAsync(room);
        await At("join").ClickAsync();
        await Expect(At("talk-title")).ToHaveTextAsync($"#{room}");
        await Expect(At("say-send")).ToBeEnabledAsync();
    }

    public async Task SayAsync(string text)
    {
        await At("say").FillAsync(text);
        await At("say").PressAsync("Enter");
    }

    public async Task ConnectWithAsync(string token)
    {
        if (!await At("token").IsVisibleAsync())
        {
            await At("connect-options").Locator("summary").ClickAsync();
        }
        await At("token").FillAsync(token);
        await At("connect").ClickAsync();
    }

    public async Task SendRawAsync(string frame)
    {
        await At("raw").FillAsync(frame);
        await At("raw-send").ClickAsync();
    }

    /// <summary>Nothing makes the page scroll sideways.</summary>
    public Task FitsItsWindowAsync() =>
        Eventually.HoldsAsync("the page is as wide as its window", async () =>
            await page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth") <= 0);
}
