using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>The rooms card: join, open, leave, create, delete, and what is said where it is refused.</summary>
public sealed class RoomControls(Chromium chromium)
{
    [Fact]
    public async Task A_room_is_created_listed_joined_opened_and_left()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await CreateAsync(tab, "stand-up", "Daily stand-up", "12");
        await Expect(tab.At("notice-text")).ToHaveTextAsync("Room stand-up is there.");
        await Expect(tab.InRoom("stand-up", "room-more")).ToHaveTextAsync("Daily stand-up · 0 of 12 members");
        await tab.At("notice-close").ClickAsync();
        await Expect(tab.At("notice")).ToBeHiddenAsync();

        await tab.InRoom("stand-up", "room-join").ClickAsync();
        await Expect(tab.At("talk-title")).ToHaveTextAsync("#stand-up");
        await Expect(tab.InRoom("stand-up", "room-more")).ToHaveTextAsync("Daily stand-up · 1 of 12 members");
        await Expect(tab.InRoom("stand-up", "room-join")).ToHaveTextAsync("Open");

        await tab.JoinAsync("elsewhere");
        await tab.InRoom("stand-up", "room-join").ClickAsync();
        await Expect(tab.At("talk-title")).ToHaveTextAsync("#stand-up");

        await tab.InRoom("stand-up", "room-leave").ClickAsync();
        await Expect(tab.InRoom("stand-up", "room-more")).ToHaveTextAsync("Daily stand-up · 0 of 12 members");
        await Expect(tab.At("talk-title")).ToHaveTextAsync("#elsewhere");

        await tab.At("talk-leave").ClickAsync();
        await Expect(tab.At("start")).ToBeVisibleAsync();
        await Expect(tab.RoomRow("elsewhere")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Deleting_takes_a_second_click_and_the_members_are_told()
    {
        await using var window = await chromium.OpenWindowAsync();
        var owner = await window.OpenAsync();
        await owner.ConnectWithAsync(TestTokens.For("owner", TestTokens.Everything));
        await Expect(owner.At("user-id")).ToHaveTextAsync("owner");
        await CreateAsync(owner, "doomed");
        var member = await window.OpenAsync("#room=doomed");
        await Expect(member.At("say-send")).ToBeEnabledAsync();

        var delete = owner.InRoom("doomed", "room-delete");
        await delete.ClickAsync();
        await Expect(delete).ToHaveTextAsync("Delete?");
        await owner.At("join-room").FocusAsync();
        await Expect(delete).ToHaveTextAsync("");
        await delete.ClickAsync();
        await delete.ClickAsync();
        await Expect(owner.At("notice-text")).ToHaveTextAsync("Room doomed is deleted.");
        await Expect(owner.RoomRow("doomed")).ToHaveCountAsync(0);

        await Expect(member.At("remark").Last).ToHaveTextAsync("This room was deleted.");
        await Expect(member.At("say-send")).ToBeDisabledAsync();
        await member.At("talk-leave").ClickAsync();
        await Expect(member.At("start")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_in_words()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await CreateAsync(tab, "tiny", limit: "1");
        await CreateAsync(tab, "tiny");
        await Expect(tab.At("notice-text")).ToContainTextAsync("That room already exists (3001");

        await tab.JoinAsync("tiny");
        var late = await window.OpenAsync();
        await late.InRoom("tiny", "room-join").ClickAsync();
        await Expect(late.At("notice-text")).ToContainTextAsync("The room is full (3002");

        await tab.InRoom("tiny", "room-delete").ClickAsync();
        await tab.InRoom("tiny", "room-delete").ClickAsync();
        await Expect(tab.At("notice-text")).ToContainTextAsync("Not permitted (2001");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Members_come_and_go_without_a_reload()
    {
        await using var window = await chromium.OpenWindowAsync();
        var stays = await window.OpenAsync("#room=come-and-go");
        await Expect(stays.Members).ToHaveCountAsync(1);
        var goes = await window.OpenAsync("#room=come-and-go");
        await Expect(stays.Members).ToHaveCountAsync(2);
        await Expect(goes.Members).ToHaveCountAsync(2);
        var names = await stays.Members.AllTextContentsAsync();
        Assert.NotEqual(names[0].Replace("you · ", "", StringComparison.Ordinal), names[1].Replace("you · ", "", StringComparison.Ordinal));
        await goes.Page.CloseAsync();
        await Expect(stays.Members).ToHaveCountAsync(1);
        await Expect(stays.Members).ToBeDisabledAsync();
    }

    [Fact]
    public async Task Who_may_not_list_rooms_is_told_once_and_still_chats()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.ConnectWithAsync(TestTokens.For("blind", "join:room", "send:message", "leave:room"));
        await Expect(tab.At("user-id")).ToHaveTextAsync("blind");
        await Expect(tab.At("rooms-hint")).ToHaveTextAsync("This connection may not list rooms.");
        await tab.JoinAsync("unlisted");
        await tab.SayAsync("still here");
        await Expect(tab.At("message").Last).ToHaveAttributeAsync("data-fate", "sent");
    }

    private static async Task CreateAsync(Playground tab, string id, string name = "", string limit = "0")
    {
        if (!await tab.At("create-id").IsVisibleAsync())
        {
            await tab.At("create-details").Locator("summary").ClickAsync();
        }
        await tab.At("create-id").FillAsync(id);
        await tab.At("create-name").FillAsync(name);
        await tab.At("create-max").FillAsync(limit);
        await tab.At("create").ClickAsync();
        await Expect(tab.At("notice")).ToBeVisibleAsync();
    }
}
