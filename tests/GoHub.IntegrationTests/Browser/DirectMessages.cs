using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>Messages to one person: by a click on a member, by user id, by connection id, to nobody.</summary>
public sealed class DirectMessages(Chromium chromium)
{
    [Fact]
    public async Task A_click_on_a_member_writes_to_them_and_they_answer()
    {
        await using var window = await chromium.OpenWindowAsync();
        var ann = await window.OpenAsync("#room=direct-members");
        var bob = await window.OpenAsync("#room=direct-members");
        var bobId = await bob.ClientIdAsync();

        await ann.Page.Locator($"[data-client='{bobId}']").ClickAsync();
        await Expect(ann.At("talk-about")).ToHaveTextAsync("direct message");
        await ann.SayAsync("just you");
        await Expect(ann.At("message").Last).ToHaveAttributeAsync("data-fate", "sent");

        await bob.At("thread").Nth(1).ClickAsync();
        await Expect(bob.Messages).ToHaveTextAsync(["just you"]);
        await bob.SayAsync("just me");
        await Expect(ann.Messages).ToHaveTextAsync(["just you", "just me"]);

        await ann.At("talk-leave").ClickAsync();
        await Expect(ann.At("talk-title")).ToHaveTextAsync("#direct-members");
    }

    [Fact]
    public async Task A_click_on_who_said_it_writes_to_them()
    {
        await using var window = await chromium.OpenWindowAsync();
        var ann = await window.OpenAsync("#room=direct-sender");
        var bob = await window.OpenAsync("#room=direct-sender");
        await Expect(ann.Members).ToHaveCountAsync(2);
        await Expect(bob.At("say-send")).ToBeEnabledAsync();
        await bob.SayAsync("who reads this?");
        await ann.At("message-by").ClickAsync();
        await ann.SayAsync("I do");
        await Expect(bob.At("thread")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_user_is_reached_by_user_id_and_answers_in_the_same_conversation()
    {
        await using var window = await chromium.OpenWindowAsync();
        var user = await window.OpenAsync();
        await user.ConnectWithAsync(TestTokens.For("ursula", TestTokens.Everything));
        await Expect(user.At("user-id")).ToHaveTextAsync("ursula");

        var guest = await window.OpenAsync();
        await guest.At("direct-target").FillAsync("ursula");
        await guest.At("direct-open").ClickAsync();
        await guest.SayAsync("good day");
        await Expect(user.LastMessage).ToHaveTextAsync("good day");

        await user.SayAsync("and to you");
        await Expect(guest.Messages).ToHaveTextAsync(["good day", "and to you"]);
        await Expect(guest.At("thread")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Nobody_there_is_said_at_the_message()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.At("direct-target").FillAsync("nobody-of-that-name");
        await tab.At("direct-open").ClickAsync();
        await tab.SayAsync("anybody?");
        await Expect(tab.At("message-fate")).ToContainTextAsync("Nobody is there under that id (4000");
    }
}
