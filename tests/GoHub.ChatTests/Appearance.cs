namespace GoHub.ChatTests;

/// <summary>How it looks, pictured at each size in both themes, and whether everybody can use it.</summary>
public sealed class Appearance(ChatBrowser browser)
{
    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "screenshots");

    private static readonly Screen[] Screens =
    [
        new("desktop", 1280, 800),
        new("tablet", 900, 900),
        new("phone", 375, 740),
        new("small-phone", 320, 568),
    ];

    private readonly List<string> _findings = [];

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_fits_every_screen_and_axe_finds_nothing_serious(ColorScheme scheme)
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var window = await browser.OpenWindowAsync(chat, new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await using var others = await browser.OpenWindowAsync(chat);
        await using var guests = await browser.OpenWindowAsync(chat);
        var theme = scheme == ColorScheme.Dark ? "dark" : "light";

        var ada = new Person(await window.Context.NewPageAsync());
        await ada.Page.GotoAsync(window.Home.ToString());
        await ada.At("name").FillAsync("Ada Lovelace");
        await OnEachScreenAsync(screen => PictureAsync(ada, $"{screen.Device}-{theme}-1-welcome"));
        await ada.At("enter").ClickAsync();
        await ada.IsOnlineAsync();
        var grace = await others.EnterAsync("Grace Hopper");
        var bob = await guests.EnterAsync("Bob", "random");
        await Scenes.TalkAsync(ada, grace, bob);
        await OnEachScreenAsync(async screen =>
        {
            if (screen.IsNarrow)
            {
                await ada.At("back").ClickAsync();
                await Expect(ada.Thread("room general")).ToBeVisibleAsync();
                await PictureAsync(ada, $"{screen.Device}-{theme}-2-list");
                await ada.Thread("room general").ClickAsync();
            }
            await grace.Field.PressAsync("x");
            await Expect(ada.At("typing")).ToHaveAttributeAsync("data-shown", "true");
            await PictureAsync(ada, $"{screen.Device}-{theme}-3-talk");
            if (screen.Width < 1080)
            {
                await ada.At("show-people").ClickAsync();
                await Expect(ada.PersonNamed("Bob")).ToBeVisibleAsync();
                await PictureAsync(ada, $"{screen.Device}-{theme}-4-people");
                await ada.At("close-people").ClickAsync();
                await Expect(ada.Field).ToBeVisibleAsync();
            }
        });

        await chat.KillAsync();
        await ada.SayAsync("Is it me, or has it become quiet?");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "waiting");
        await Expect(ada.At("banner")).ToBeVisibleAsync();
        await OnEachScreenAsync(screen => PictureAsync(ada, $"{screen.Device}-{theme}-5-outage"));
        Assert.Empty(_findings);

        async Task OnEachScreenAsync(Func<Screen, Task> look)
        {
            foreach (var screen in Screens)
            {
                await ada.Page.SetViewportSizeAsync(screen.Width, screen.Height);
                await look(screen);
            }
        }
    }

    [Fact]
    public async Task An_empty_room_and_a_private_conversation_are_pictured_too()
    {
        await using var window = await browser.OpenWindowAsync();
        await using var others = await browser.OpenWindowAsync();
        var ada = await window.EnterAsync("Ada Lovelace", "pictures");
        var bob = await others.EnterAsync("Bob", "pictures");
        await PictureAsync(ada, "desktop-6-empty");
        await ada.PersonNamed("Bob").ClickAsync();
        await ada.SayAndBeHeardAsync("Hello Bob, a word in private?");
        await bob.OpenAsync("with Ada");
        await bob.SayAndBeHeardAsync("Sure.");
        await bob.SayAndBeHeardAsync("What is it?");
        await Expect(ada.Texts).ToHaveCountAsync(3);
        await PictureAsync(ada, "desktop-7-private");
        Assert.Empty(_findings);
    }

    [Fact]
    public async Task The_theme_turns_by_hand_and_is_remembered()
    {
        await using var window = await browser.OpenWindowAsync();
        var ada = await window.EnterAsync("Ada", "themes");
        foreach (var theme in new[] { "light", "dark", "auto", "light", "dark" })
        {
            await ada.At("theme").ClickAsync();
            await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
        }
        await Expect(ada.At("theme")).ToHaveAccessibleNameAsync("Theme: dark");
        await ada.Page.ReloadAsync();
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.Equal("dark", await ada.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme"));
    }

    private async Task PictureAsync(Person person, string name)
    {
        await person.FitsItsWindowAsync();
        await person.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png") });
        _findings.AddRange((await Axe.SeriousAsync(person.Page)).Select(finding => $"{name}: {finding}"));
    }

    private sealed record Screen(string Device, int Width, int Height)
    {
        public bool IsNarrow => Width < 720;
    }
}
