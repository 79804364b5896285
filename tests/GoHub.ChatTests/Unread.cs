namespace GoHub.ChatTests;

/// <summary>What has not been read is counted, in the list and in the title, until it is looked at.</summary>
public sealed class Unread(ChatBrowser browser)
{
    [Fact]
    public async Task Counts_rise_elsewhere_and_end_when_the_room_is_opened()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "kitchen");
        await ada.GoToAsync("garden");
        await ada.GoToAsync("attic");
        var bob = await there.EnterAsync("Bob", "kitchen");
        await ada.TitleIsAsync("#attic · GoHub Chat");
        await bob.SayAndBeHeardAsync("one");
        await Expect(ada.Unread("room kitchen")).ToContainTextAsync("1");
        await ada.TitleIsAsync("(1) #attic · GoHub Chat");
        await bob.SayAndBeHeardAsync("two");
        await bob.GoToAsync("garden");
        await bob.SayAndBeHeardAsync("three");
        await Expect(ada.Unread("room kitchen")).ToContainTextAsync("2");
        await Expect(ada.Unread("room garden")).ToContainTextAsync("1");
        await ada.TitleIsAsync("(3) #attic · GoHub Chat");

        // It outlives a reload, and one's own messages never count.
        await ada.Page.ReloadAsync();
        await ada.TitleIsAsync("(3) #attic · GoHub Chat");
        await ada.OpenAsync("room kitchen");
        await ada.ReadsAsync("one", "two");
        await Expect(ada.At("new")).ToHaveCountAsync(1);
        await Expect(ada.Unread("room kitchen")).ToHaveCountAsync(0);
        await ada.TitleIsAsync("(1) #kitchen · GoHub Chat");
        await Expect(bob.Unread("room")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_comes_while_nobody_sees_the_tab_counts_until_somebody_does()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "unseen");
        var bob = await there.EnterAsync("Bob", "unseen");
        await ada.HideAsync();
        await bob.SayAndBeHeardAsync("are you looking?");
        await ada.TitleIsAsync("(1) #unseen · GoHub Chat");
        await Expect(ada.Unread("room unseen")).ToContainTextAsync("1");
        await ada.ShowAsync();
        await ada.TitleIsAsync("#unseen · GoHub Chat");
        await Expect(ada.Unread("room unseen")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_read_in_one_tab_is_read_in_all()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var one = await here.EnterAsync("Ada", "papers");
        await one.GoToAsync("desk");
        var other = await here.EnterAsync("Ada", "desk");
        var bob = await there.EnterAsync("Bob", "papers");
        await bob.SayAndBeHeardAsync("news");
        await Expect(one.Unread("room papers")).ToContainTextAsync("1");
        await Expect(other.Unread("room papers")).ToContainTextAsync("1");
        await one.OpenAsync("room papers");
        await Expect(other.Unread("room papers")).ToHaveCountAsync(0);
        await other.TitleIsAsync("#desk · GoHub Chat");
    }
}
