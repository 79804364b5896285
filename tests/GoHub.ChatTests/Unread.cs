namespace GoHub.ChatTests;

/// <summary>What has not been read is counted, in the list and in the title, until it is looked at.</summary>
public sealed class Unread(ChatBrowser browser)
{
    [Fact]
    public async Task Counts_rise_elsewhere_and_end_when_the_room_is_opened()
    {
        // A chat of its own: what others say in the shared one would count.
        await using var chat = await ChatProcess.StartAsync();
        await using var here = await browser.OpenWindowAsync(chat);
        await using var there = await browser.OpenWindowAsync(chat);
        var ada = await here.EnterAsync("Ada", "help");
        var bob = await there.EnterAsync("Bob", "random");
        await ada.TitleIsAsync("#help · GoHub Chat");
        await bob.SayAndBeHeardAsync("one");
        await Expect(ada.Unread("room random")).ToContainTextAsync("1");
        await ada.TitleIsAsync("(1) #help · GoHub Chat");
        await bob.SayAndBeHeardAsync("two");
        await bob.OpenAsync("room general");
        await bob.SayAndBeHeardAsync("three");
        await Expect(ada.Unread("room random")).ToContainTextAsync("2");
        await Expect(ada.Unread("room general")).ToContainTextAsync("1");
        await ada.TitleIsAsync("(3) #help · GoHub Chat");

        // It outlives a reload, and one's own messages never count.
        await ada.Page.ReloadAsync();
        await ada.TitleIsAsync("(3) #help · GoHub Chat");
        await ada.OpenAsync("room random");
        await ada.ReadsAsync("one", "two");
        await Expect(ada.At("new")).ToHaveCountAsync(1);
        await Expect(ada.Unread("room random")).ToHaveCountAsync(0);
        await ada.TitleIsAsync("(1) #random · GoHub Chat");
        await Expect(bob.Unread("room")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_comes_while_nobody_sees_the_tab_counts_until_somebody_does()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var here = await browser.OpenWindowAsync(chat);
        await using var there = await browser.OpenWindowAsync(chat);
        var ada = await here.EnterAsync("Ada");
        var bob = await there.EnterAsync("Bob");
        await ada.HideAsync();
        await bob.SayAndBeHeardAsync("are you looking?");
        await ada.TitleIsAsync("(1) #general · GoHub Chat");
        await Expect(ada.Unread("room general")).ToContainTextAsync("1");
        await ada.ShowAsync();
        await ada.TitleIsAsync("#general · GoHub Chat");
        await Expect(ada.Unread("room general")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_read_in_one_tab_is_read_in_all()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var here = await browser.OpenWindowAsync(chat);
        await using var there = await browser.OpenWindowAsync(chat);
        var one = await here.EnterAsync("Ada");
        var other = await here.EnterAsync("Ada");
        var bob = await there.EnterAsync("Bob", "random");
        await bob.SayAndBeHeardAsync("news");
        await Expect(one.Unread("room random")).ToContainTextAsync("1");
        await Expect(other.Unread("room random")).ToContainTextAsync("1");
        await one.OpenAsync("room random");
        await Expect(other.Unread("room random")).ToHaveCountAsync(0);
        await other.TitleIsAsync("#general · GoHub Chat");
    }
}
