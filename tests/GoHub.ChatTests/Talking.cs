using System.Text.RegularExpressions;

namespace GoHub.ChatTests;

/// <summary>What people do in a chat: talk in rooms, see who is here and who types, write to one alone.</summary>
public sealed class Talking(ChatBrowser browser)
{
    [Fact]
    public async Task Two_people_talk_and_a_reload_shows_what_was_said()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "talk");
        var bob = await there.EnterAsync("Bob", "talk");
        await ada.SayAndBeHeardAsync("Hello Bob");
        await bob.ReadsAsync("Hello Bob");
        await bob.SayAndBeHeardAsync("Hello Ada,\nhow are you?");
        await ada.ReadsAsync("Hello Bob", "Hello Ada,\nhow are you?");
        await Expect(ada.At("line").First).ToHaveAttributeAsync("data-mine", "true");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-mine", "false");
        await Expect(ada.At("line-name").Last).ToHaveTextAsync("Bob");
        await Expect(ada.At("day")).ToHaveTextAsync(["Today"]);

        await ada.Page.ReloadAsync();
        await ada.ReadsAsync("Hello Bob", "Hello Ada,\nhow are you?");
        await Expect(ada.At("line").First).ToHaveAttributeAsync("data-mine", "true");
        await Expect(ada.Unread("room talk")).ToHaveCountAsync(0);
        Assert.Empty(here.Complaints);
        Assert.Empty(there.Complaints);
    }

    [Fact]
    public async Task Two_tabs_of_one_user_are_one_person_until_the_last_is_closed()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var bob = await there.EnterAsync("Bob", "tabs");
        await Expect(bob.People).ToHaveCountAsync(1);
        var first = await here.EnterAsync("Ada", "tabs");
        var second = await here.EnterAsync("Ada", "tabs");
        await Expect(bob.People).ToHaveCountAsync(2);
        await Expect(bob.PersonNamed("Ada").GetByTestId("person-note")).ToHaveTextAsync("2 tabs");
        await Expect(first.PersonNamed("Ada").GetByTestId("person-note")).ToHaveTextAsync("you · 2 tabs");
        await Expect(bob.At("people-number")).ToHaveTextAsync("2");

        await first.SayAndBeHeardAsync("from one of my tabs");
        await second.ReadsAsync("from one of my tabs");
        await Expect(second.At("line").Last).ToHaveAttributeAsync("data-mine", "true");

        await second.Page.CloseAsync();
        await Expect(bob.PersonNamed("Ada").GetByTestId("person-note")).ToHaveCountAsync(0);
        await Expect(bob.People).ToHaveCountAsync(2);
        await first.Page.CloseAsync();
        await Expect(bob.People).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Two_people_of_one_name_are_told_apart()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        await here.EnterAsync("Sam", "twins");
        var sam = await there.EnterAsync("Sam", "twins");
        await Expect(sam.People).ToHaveCountAsync(2);
        await Expect(sam.At("person-note")).ToHaveTextAsync([new Regex("~[a-z0-9]{8}$"), new Regex("~[a-z0-9]{8}$")]);
    }

    [Fact]
    public async Task Typing_is_shown_and_gone_again()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "typing");
        var bob = await there.EnterAsync("Bob", "typing");
        await Expect(ada.People).ToHaveCountAsync(2);

        // It ends by itself ...
        await bob.Field.PressSequentiallyAsync("hm");
        await Expect(ada.At("typing-words")).ToHaveTextAsync("Bob is typing");
        await Expect(ada.At("typing")).ToHaveAttributeAsync("data-shown", "false");
        await Expect(bob.At("typing")).ToHaveAttributeAsync("data-shown", "false");

        // ... and with what was typed.
        await bob.Field.PressSequentiallyAsync("m");
        await Expect(ada.At("typing")).ToHaveAttributeAsync("data-shown", "true");
        await bob.Field.PressAsync("Enter");
        await ada.ReadsAsync("hmm");
        await Expect(ada.At("typing")).ToHaveAttributeAsync("data-shown", "false", new() { Timeout = 1000 });
    }

    [Fact]
    public async Task A_private_conversation_is_the_same_in_all_tabs_of_both_and_nobody_elses()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        await using var elsewhere = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "private");
        var adasOther = await here.EnterAsync("Ada", "private");
        var bob = await there.EnterAsync("Bob", "private");
        var eve = await elsewhere.EnterAsync("Eve", "private");
        await Expect(ada.People).ToHaveCountAsync(3);

        await ada.PersonNamed("Bob").ClickAsync();
        await Expect(ada.At("talk-title")).ToHaveTextAsync("Bob");
        await Expect(ada.At("talk-about")).ToHaveTextAsync("Here now");
        await ada.SayAndBeHeardAsync("just between us");
        await Expect(adasOther.Thread("with Bob~")).ToContainTextAsync("just between us");
        await Expect(bob.Unread("with Ada~")).ToContainTextAsync("1");
        await bob.OpenAsync("with Ada~");
        await bob.ReadsAsync("just between us");
        await bob.Field.PressSequentiallyAsync("yes");
        await Expect(ada.At("typing-words")).ToHaveTextAsync("Bob is typing");
        await bob.Field.PressAsync("Enter");
        await ada.ReadsAsync("just between us", "yes");
        await adasOther.OpenAsync("with Bob~");
        await adasOther.ReadsAsync("just between us", "yes");

        await Expect(eve.Thread("with")).ToHaveCountAsync(0);
        await bob.Page.ReloadAsync();
        await bob.ReadsAsync("just between us", "yes");
        Assert.Empty(here.Complaints);
    }

    [Fact]
    public async Task A_private_message_to_one_who_left_is_not_sent_and_can_be_tried_again()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "gone");
        var bob = await there.EnterAsync("Bob", "gone");
        await ada.PersonNamed("Bob").ClickAsync();
        await bob.Page.GotoAsync("about:blank");
        await Expect(ada.At("talk-about")).ToHaveTextAsync("Not here now");
        await ada.SayAsync("are you there?");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "failed");
        await Expect(ada.At("fate").Last).ToContainTextAsync("Nobody of this name is here now.");

        await bob.Page.GotoAsync(there.Home.ToString());
        await bob.IsOnlineAsync();
        await Expect(ada.At("talk-about")).ToHaveTextAsync("Here now");
        await ada.At("again").ClickAsync();
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "sent");
        await Expect(bob.Unread("with Ada~")).ToContainTextAsync("1");
    }

    [Fact]
    public async Task A_new_room_is_offered_to_others_and_left_again()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada");
        var bob = await there.EnterAsync("Bob");
        await ada.At("new-room").ClickAsync();
        await ada.At("new-room-name").FillAsync("Book Club");
        await ada.At("new-room-name").PressAsync("Enter");
        await Expect(ada.At("talk-title")).ToHaveTextAsync("book-club");
        await ada.SayAndBeHeardAsync("Which one first?");

        var offer = bob.Page.Locator("[data-testid=other-room][data-room=book-club]");
        await Expect(offer).ToContainTextAsync("1 tab");
        await offer.ClickAsync();
        await bob.ReadsAsync("Which one first?");
        await Expect(ada.People).ToHaveCountAsync(2);

        await bob.At("leave").ClickAsync();
        await Expect(bob.Thread("room book-club")).ToHaveCountAsync(0);
        await Expect(offer).ToBeVisibleAsync();
        await Expect(ada.People).ToHaveCountAsync(1);
        await bob.Page.ReloadAsync();
        await bob.IsOnlineAsync();
        await Expect(bob.Thread("room ")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Who_reads_further_up_stays_there_and_is_told_of_what_is_new()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "long");
        var bob = await there.EnterAsync("Bob", "long");
        for (var i = 1; i <= 4; i++)
        {
            await bob.SayAndBeHeardAsync($"{i}{new string('\n', 15)}end of {i}");
        }
        await Expect(ada.LastText).ToBeInViewportAsync();
        await Expect(ada.At("jump")).ToBeHiddenAsync();
        await ada.Texts.First.ScrollIntoViewIfNeededAsync();
        await Expect(ada.At("jump")).ToHaveTextAsync("To the newest");
        await bob.SayAndBeHeardAsync("five");
        await bob.SayAndBeHeardAsync("six");
        await Expect(ada.At("jump")).ToHaveTextAsync("2 new messages");
        await Expect(ada.LastText).Not.ToBeInViewportAsync();
        await Expect(ada.Texts.First).ToBeInViewportAsync();
        await ada.At("jump").ClickAsync();
        await Expect(ada.LastText).ToBeInViewportAsync();
        await Expect(ada.At("jump")).ToBeHiddenAsync();
        await ada.SayAndBeHeardAsync("seven");
        await Expect(ada.LastText).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Each_conversation_keeps_its_own_draft()
    {
        await using var window = await browser.OpenWindowAsync();
        var ada = await window.EnterAsync("Ada", "drafts");
        await ada.Field.FillAsync("half a thought");
        await ada.OpenAsync("room general");
        await Expect(ada.Field).ToHaveValueAsync("");
        await Expect(ada.Thread("room drafts")).ToContainTextAsync("Draft: half a thought");
        await ada.OpenAsync("room drafts");
        await Expect(ada.Field).ToHaveValueAsync("half a thought");
    }
}
