using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>What the page is for: two tabs talk through the real server.</summary>
public sealed class Chatting(Chromium chromium)
{
    [Fact]
    public async Task Two_tabs_chat_as_the_page_proposes()
    {
        await using var window = await chromium.OpenWindowAsync();
        var first = await window.OpenAsync();
        await Expect(first.At("start-room")).ToHaveValueAsync("lobby");
        await first.At("start-room").FillAsync("two tabs");
        await first.At("start-join").ClickAsync();
        await Expect(first.At("talk-title")).ToHaveTextAsync("#two tabs");
        await Expect(first.At("talk-about")).ToHaveTextAsync("only you so far");

        var second = await window.TabOpenedByAsync(() => first.At("second-tab").ClickAsync());
        await Expect(second.At("talk-title")).ToHaveTextAsync("#two tabs");
        await Expect(first.At("talk-about")).ToHaveTextAsync("2 members");

        await first.SayAsync("hello");
        await Expect(second.LastMessage).ToHaveTextAsync("hello");
        await Expect(first.At("message").Last).ToHaveAttributeAsync("data-mine", "true");
        await Expect(first.At("message").Last).ToHaveAttributeAsync("data-fate", "sent");

        await second.At("say").FillAsync("hello to you");
        await second.At("say-send").ClickAsync();
        await Expect(first.LastMessage).ToHaveTextAsync("hello to you");
        await Expect(first.At("message").Last).ToHaveAttributeAsync("data-mine", "false");
        await Expect(first.Messages).ToHaveCountAsync(2);
        await Expect(second.Messages).ToHaveCountAsync(2);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task The_link_of_the_first_step_opens_a_tab_that_joins()
    {
        await using var window = await chromium.OpenWindowAsync();
        var first = await window.OpenAsync();
        await first.At("start-room").FillAsync("50% & more");
        var second = await window.TabOpenedByAsync(() => first.At("start-second-tab").ClickAsync());
        await Expect(second.At("talk-title")).ToHaveTextAsync("#50% & more");
    }

    [Fact]
    public async Task Shift_and_Enter_make_a_line_and_Enter_sends_it()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync("#room=lines");
        await tab.At("say").FillAsync("one");
        await tab.At("say").PressAsync("Shift+Enter");
        await tab.At("say").PressSequentiallyAsync("two");
        await tab.At("say").PressAsync("Enter");
        await Expect(tab.LastMessage).ToHaveTextAsync("one\ntwo");
        await Expect(tab.At("say")).ToHaveValueAsync("");
        await tab.At("say").PressAsync("Enter");
        await Expect(tab.Messages).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_room_out_of_sight_counts_what_is_unread()
    {
        await using var window = await chromium.OpenWindowAsync();
        var reader = await window.OpenAsync("#room=unread-1");
        await Expect(reader.At("say-send")).ToBeEnabledAsync();
        await reader.JoinAsync("unread-2");
        var writer = await window.OpenAsync("#room=unread-1");
        await Expect(writer.At("say-send")).ToBeEnabledAsync();

        await writer.SayAsync("first");
        await writer.SayAsync("second");
        await Expect(reader.At("thread").First).ToHaveTextAsync("#unread-12");
        await Expect(reader.Page).ToHaveTitleAsync("(2) GoHub playground");

        await reader.At("thread").First.ClickAsync();
        await Expect(reader.Messages).ToHaveTextAsync(["first", "second"]);
        await Expect(reader.Page).ToHaveTitleAsync("GoHub playground");
    }

    [Fact]
    public async Task A_draft_stays_with_its_conversation()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync("#room=draft-1");
        await Expect(tab.At("say-send")).ToBeEnabledAsync();
        await tab.At("say").FillAsync("not for everybody");
        await tab.JoinAsync("draft-2");
        await Expect(tab.At("say")).ToHaveValueAsync("");
        await tab.At("thread").First.ClickAsync();
        await Expect(tab.At("say")).ToHaveValueAsync("not for everybody");
    }
}
