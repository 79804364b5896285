namespace GoHub.ChatTests;

/// <summary>How it looks, pictured at each size in both themes, and whether everybody can use it.</summary>
public sealed class Appearance(ChatBrowser browser)
{
    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "screenshots");

    [Theory]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark)]
    [InlineData("tablet", 900, 900, ColorScheme.Light)]
    [InlineData("phone", 375, 740, ColorScheme.Light)]
    [InlineData("phone", 375, 740, ColorScheme.Dark)]
    [InlineData("small-phone", 320, 568, ColorScheme.Light)]
    public async Task It_fits_and_axe_finds_nothing_serious(string device, int width, int height, ColorScheme scheme)
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var window = await browser.OpenWindowAsync(chat, new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = width < 720,
        });
        await using var others = await browser.OpenWindowAsync(chat);
        await using var guests = await browser.OpenWindowAsync(chat);
        var name = $"{device}-{(scheme == ColorScheme.Dark ? "dark" : "light")}";

        var ada = new Person(await window.Context.NewPageAsync());
        await ada.Page.GotoAsync(window.Home.ToString());
        await ada.At("name").FillAsync("Ada Lovelace");
        await PictureAsync(ada, $"{name}-1-welcome");
        await ada.At("enter").ClickAsync();
        await ada.IsOnlineAsync();
        var grace = await others.EnterAsync("Grace Hopper");
        var bob = await guests.EnterAsync("Bob", "random");
        await bob.SayAndBeHeardAsync("Has anybody seen my keys?");
        await Scenes.TalkAsync(ada, grace, bob);

        if (width < 720)
        {
            await PictureAsync(ada, $"{name}-2-list");
            await ada.Thread("room general").ClickAsync();
        }
        await grace.Field.PressSequentiallyAsync("…");
        await Expect(ada.At("typing")).ToHaveAttributeAsync("data-shown", "true");
        await PictureAsync(ada, $"{name}-3-talk");
        if (width < 1080)
        {
            await ada.At("show-people").ClickAsync();
            await Expect(ada.PersonNamed("Bob")).ToBeVisibleAsync();
            await PictureAsync(ada, $"{name}-4-people");
            await ada.At("close-people").ClickAsync();
        }
        await chat.KillAsync();
        await ada.SayAsync("Is it me, or has it become quiet?");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "waiting");
        await Expect(ada.At("banner")).ToHaveAttributeAsync("data-kind", "bad");
        await PictureAsync(ada, $"{name}-5-outage");
    }

    [Fact]
    public async Task An_empty_room_and_a_private_conversation_are_pictured_too()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var window = await browser.OpenWindowAsync(chat);
        await using var others = await browser.OpenWindowAsync(chat);
        var ada = await window.EnterAsync("Ada Lovelace", "help");
        var bob = await others.EnterAsync("Bob", "help");
        await PictureAsync(ada, "desktop-6-empty");
        await ada.PersonNamed("Bob").ClickAsync();
        await ada.SayAndBeHeardAsync("Hello Bob, a word in private?");
        await bob.OpenAsync("with Ada");
        await bob.SayAndBeHeardAsync("Sure.");
        await bob.SayAndBeHeardAsync("What is it?");
        await Expect(ada.Texts).ToHaveCountAsync(3);
        await PictureAsync(ada, "desktop-7-private");
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

    private static async Task PictureAsync(Person person, string name)
    {
        await person.FitsItsWindowAsync();
        await person.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png") });
        Assert.Empty(await Axe.SeriousAsync(person.Page));
    }
}
