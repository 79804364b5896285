namespace GoHub.ChatTests;

/// <summary>Everything is done without a mouse.</summary>
public sealed class Keyboard(ChatBrowser browser)
{
    [Fact]
    public async Task One_enters_talks_moves_about_and_writes_to_one_alone()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var here = await browser.OpenWindowAsync(chat);
        await using var there = await browser.OpenWindowAsync(chat);
        var bob = await there.EnterAsync("Bob");
        var ada = new Person(await here.Context.NewPageAsync());
        var keys = ada.Page.Keyboard;
        await ada.Page.GotoAsync(here.Home.ToString());
        await Expect(ada.At("name")).ToBeFocusedAsync();
        await keys.TypeAsync("Ada");
        await keys.PressAsync("Enter");

        // In, and ready to write: Enter sends, Shift+Enter does not.
        await Expect(ada.Field).ToBeFocusedAsync();
        await ada.IsOnlineAsync();
        await keys.TypeAsync("first line");
        await keys.PressAsync("Shift+Enter");
        await keys.TypeAsync("second line");
        await Expect(ada.Texts).ToHaveCountAsync(0);
        await keys.PressAsync("Enter");
        await bob.ReadsAsync("first line\nsecond line");

        // Escape to the list, arrows along it, Enter into a room.
        await keys.PressAsync("Escape");
        await Expect(ada.Thread("room general")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(ada.Thread("room random")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(ada.At("talk-title")).ToHaveTextAsync("random");
        await Expect(ada.Field).ToBeFocusedAsync();
        await keys.PressAsync("Alt+ArrowUp");
        await Expect(ada.At("talk-title")).ToHaveTextAsync("general");

        // On with Tab: to the button, to the people, and to Bob.
        await Expect(ada.Field).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Expect(ada.At("send")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Expect(ada.PersonNamed("Bob")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(ada.Field).ToBeFocusedAsync();
        await keys.TypeAsync("psst");
        await keys.PressAsync("Enter");
        await Expect(bob.Unread("with Ada~")).ToContainTextAsync("1");

        // A new room, given up with Escape, then made.
        await ada.At("new-room").FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(ada.At("new-room-name")).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(ada.At("new-room")).ToBeFocusedAsync();
        await Expect(ada.At("new-room-form")).ToBeHiddenAsync();
        await keys.PressAsync("Enter");
        await keys.TypeAsync("keys");
        await keys.PressAsync("Enter");
        await Expect(ada.At("talk-title")).ToHaveTextAsync("keys");
        await Expect(ada.Field).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_first_tab_stop_leads_to_writing_and_each_stop_is_seen()
    {
        await using var window = await browser.OpenWindowAsync();
        var ada = await window.EnterAsync("Ada", "stops");
        await ada.Page.ReloadAsync();
        await ada.IsOnlineAsync();
        var skip = ada.Page.Locator("#skip");
        await Expect(ada.Page.Locator("a, button, input, textarea").And(ada.Page.Locator(":visible")).First).ToHaveIdAsync("skip");
        var unseen = new List<string>();
        await skip.FocusAsync();
        for (var stop = 0; stop < 25 && await ada.Page.EvaluateAsync<bool>("document.activeElement !== document.body"); stop++)
        {
            var seen = await ada.Page.EvaluateAsync<bool>(
                """
                () => {
                  const node = document.activeElement;
                  const { width, height, bottom, right } = node.getBoundingClientRect();
                  const shows = [node, node.parentElement].some(n => getComputedStyle(n).outlineStyle !== 'none');
                  return width > 0 && height > 0 && bottom > 0 && right > 0 && (shows || node.id === 'skip');
                }
                """);
            if (!seen)
            {
                unseen.Add(await ada.Page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 120)"));
            }
            await ada.Page.Keyboard.PressAsync("Tab");
        }
        Assert.Empty(unseen);
        await skip.FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Field).ToBeFocusedAsync();
    }

    [Fact]
    public async Task On_a_phone_escape_and_the_back_button_go_a_step_back()
    {
        await using var window = await browser.OpenWindowAsync(options: new() { ViewportSize = new() { Width = 375, Height = 740 } });
        var ada = await window.EnterAsync("Ada", "steps");
        await Expect(ada.Field).ToBeVisibleAsync();
        await ada.At("show-people").ClickAsync();
        await Expect(ada.People).ToHaveCountAsync(1);
        await Expect(ada.Field).ToBeHiddenAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Field).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Thread("room general")).ToBeVisibleAsync();
        await Expect(ada.Field).ToBeHiddenAsync();
        await ada.Thread("room general").ClickAsync();
        await Expect(ada.At("talk-title")).ToHaveTextAsync("general");
        await ada.Page.GoBackAsync();
        await Expect(ada.Thread("room general")).ToBeVisibleAsync();
        await Expect(ada.Field).ToBeHiddenAsync();
    }
}
