using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>How the page looks and is used: every size, both themes, by keyboard, under its own security policy.</summary>
public sealed class Appearance(Chromium chromium)
{
    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "screenshots");

    [Theory]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark)]
    [InlineData("tablet", 900, 900, ColorScheme.Light)]
    [InlineData("phone", 375, 740, ColorScheme.Light)]
    [InlineData("phone", 375, 740, ColorScheme.Dark)]
    [InlineData("small-phone", 360, 640, ColorScheme.Light)]
    public async Task It_fits_every_screen_and_is_pictured(string device, int width, int height, ColorScheme scheme)
    {
        await using var window = await chromium.OpenWindowAsync(options: new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = width < 760,
        });
        var prefix = $"{device}-{(scheme == ColorScheme.Dark ? "dark" : "light")}";
        var tab = await window.OpenAsync();
        await PictureAsync(tab, $"{prefix}-1-start");

        var room = $"picture {prefix}";
        await tab.At("start-room").FillAsync(room);
        await tab.At("start-join").ClickAsync();
        var other = await window.OpenAsync("#room=" + Uri.EscapeDataString(room));
        await Expect(other.At("say-send")).ToBeEnabledAsync();
        await other.SayAsync("Hello from the second tab");
        await other.SayAsync(string.Join(' ', Enumerable.Repeat("A paragraph should wrap in a comfortable measure.", 5)));
        await other.SayAsync(new string('w', 300));
        await Expect(tab.Messages).ToHaveCountAsync(3);
        await tab.SayAsync("<b>Hello</b> from the first, 👋 مرحبا");
        await Expect(tab.At("message").Last).ToHaveAttributeAsync("data-fate", "sent");
        await PictureAsync(tab, $"{prefix}-2-chat");
        if (width >= 760)
        {
            return;
        }
        foreach (var view in new[] { "side", "wire" })
        {
            await tab.At($"view-{view}").ClickAsync();
            await Expect(tab.At(view == "side" ? "connect" : "raw-send")).ToBeVisibleAsync();
            await Expect(tab.At("say")).ToBeHiddenAsync();
            await PictureAsync(tab, $"{prefix}-3-{view}");
        }
    }

    [Fact]
    public async Task The_theme_turns_by_hand_and_is_remembered()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        var root = tab.Page.Locator("html");
        foreach (var theme in new[] { "light", "dark", "auto", "light", "dark" })
        {
            await tab.At("theme-toggle").ClickAsync();
            await Expect(root).ToHaveAttributeAsync("data-theme", theme);
        }
        await Expect(tab.At("theme-toggle")).ToHaveAccessibleNameAsync("Theme: dark");
        var again = await window.OpenAsync();
        await Expect(again.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.Equal("dark", await again.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme"));
    }

    [Fact]
    public async Task Every_control_has_a_name_and_an_id_that_tests_may_use()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync("#room=controls");
        await Expect(tab.Members).ToHaveCountAsync(1);
        await Expect(tab.RoomRow("controls")).ToBeVisibleAsync();
        var nameless = await tab.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('button, input, textarea, select, form, details, a[target]')]
              .filter(node => !node.dataset.testid
                || (!['FORM', 'DETAILS'].includes(node.tagName) && !node.labels?.length && !node.textContent.trim() && !node.getAttribute('aria-label')))
              .map(node => node.outerHTML.slice(0, 100))
            """);
        Assert.Empty(nameless);
    }

    [Fact]
    public async Task The_chat_is_reached_and_used_by_keyboard_alone()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(tab.Page.Locator(".skip")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        for (var press = 0; press < 3 && await tab.Page.EvaluateAsync<string>("document.activeElement.id") != "start-room"; press++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
        }
        await Expect(tab.At("start-room")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.At("say")).ToBeFocusedAsync();
        await Expect(tab.At("say-send")).ToBeEnabledAsync();
        await tab.Page.Keyboard.TypeAsync("by keyboard");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.LastMessage).ToHaveTextAsync("by keyboard");
    }

    [Fact]
    public async Task It_runs_under_a_policy_without_inline_code_and_stays_at_home()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync("#room=policy");
        await Expect(tab.At("node-status")).ToHaveTextAsync("ok");
        var response = await tab.Page.ReloadAsync();
        await tab.IsConnectedAsync();
        var policy = (await response!.AllHeadersAsync()).GetValueOrDefault("content-security-policy", "");
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.NotEmpty(window.Addresses);
        Assert.All(window.Addresses, address => Assert.Equal(window.Home.Authority, new Uri(address).Authority));
        Assert.Empty(window.Complaints);
    }

    private static async Task PictureAsync(Playground tab, string name)
    {
        await tab.FitsItsWindowAsync();
        await Expect(tab.At("node-in")).Not.ToHaveTextAsync("–");
        await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png") });
    }
}
