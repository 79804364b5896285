using System.Text.RegularExpressions;

namespace GoHub.ChatTests;

/// <summary>Servers die, tabs sleep, networks go: the page says so, comes back and loses nothing that was written.</summary>
public sealed class Outages(ChatBrowser browser)
{
    [Fact]
    public async Task A_server_killed_and_started_again_has_both_back_and_what_was_written_meanwhile()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var here = await browser.OpenWindowAsync(chat);
        await using var there = await browser.OpenWindowAsync(chat);
        var ada = await here.EnterAsync("Ada");
        var bob = await there.EnterAsync("Bob");
        await ada.SayAndBeHeardAsync("before");
        await bob.ReadsAsync("before");

        await chat.KillAsync();
        await Expect(ada.At("banner")).ToHaveAttributeAsync("data-kind", "bad");
        await Expect(ada.At("banner-words")).ToHaveTextAsync("No connection.");
        await Expect(bob.At("banner")).ToBeVisibleAsync();
        await Expect(ada.At("me-state")).Not.ToHaveTextAsync("Online");
        await ada.SayAsync("written");
        await ada.SayAsync("meanwhile");
        await Expect(ada.At("fate").Last).ToHaveTextAsync("Waiting for the connection");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "waiting");
        await bob.Field.FillAsync("a draft");

        await chat.StartAgainAsync();
        await ada.IsOnlineAsync();
        await bob.IsOnlineAsync();
        await bob.ReadsAsync("before", "written", "meanwhile");
        await ada.ReadsAsync("before", "written", "meanwhile");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "sent");
        await Expect(bob.Field).ToHaveValueAsync("a draft");
        await Expect(ada.People).ToHaveCountAsync(2);
        await Expect(ada.At("banner")).ToBeHiddenAsync();
        await Expect(bob.At("banner")).ToBeHiddenAsync();
        await bob.SayAndBeHeardAsync("after");
        await ada.ReadsAsync("before", "written", "meanwhile", "after");
        Assert.Empty(here.OwnFaults);
    }

    [Fact]
    public async Task The_banner_counts_down_and_its_button_tries_at_once()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var window = await browser.OpenWindowAsync(chat);
        await window.Context.Clock.InstallAsync();
        var ada = await window.EnterAsync("Ada");
        await chat.KillAsync();
        await Expect(ada.At("banner-count")).ToHaveTextAsync(new Regex(@"^Next try in \d+ s\.$"));

        // From here on the page's clock stands still: its own next try would never come.
        await ada.Page.Clock.PauseAtAsync(await ada.Page.EvaluateAsync<DateTime>("new Date(Date.now() + 1000)"));
        await chat.StartAgainAsync();
        await ada.At("banner-hurry").ClickAsync();
        await Expect(ada.At("banner-words")).ToHaveTextAsync("Back online.");
        await ada.IsOnlineAsync();
    }

    [Fact]
    public async Task A_tab_that_slept_shows_what_was_said_meanwhile()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "sleep");
        var bob = await there.EnterAsync("Bob", "sleep");
        await ada.SleepAsync();
        await bob.SayAndBeHeardAsync("one");
        await bob.SayAndBeHeardAsync("two");
        await ada.WakeAsync();
        await ada.ReadsAsync("one", "two");
        await ada.SayAndBeHeardAsync("good morning");
        await bob.ReadsAsync("one", "two", "good morning");
    }

    [Fact]
    public async Task A_tab_that_slept_while_the_server_was_gone_comes_back_when_it_wakes()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var here = await browser.OpenWindowAsync(chat);
        await using var there = await browser.OpenWindowAsync(chat);
        var ada = await here.EnterAsync("Ada");
        var bob = await there.EnterAsync("Bob");
        await ada.SayAndBeHeardAsync("good night");
        await ada.SleepAsync();
        await chat.KillAsync();
        await chat.StartAgainAsync();
        await bob.IsOnlineAsync();
        await bob.SayAndBeHeardAsync("she sleeps");
        await ada.WakeAsync();
        await ada.ReadsAsync("good night", "she sleeps");
        await ada.SayAndBeHeardAsync("not any more");
        await bob.ReadsAsync("good night", "she sleeps", "not any more");
    }

    [Fact]
    public async Task A_network_that_comes_back_brings_what_was_missed_and_takes_what_was_written()
    {
        await using var chat = await ChatProcess.StartAsync();
        await using var here = await browser.OpenWindowAsync(chat);
        await using var there = await browser.OpenWindowAsync(chat);
        var ada = await here.EnterAsync("Ada");
        var bob = await there.EnterAsync("Bob");
        await here.Context.SetOfflineAsync(true);
        await chat.KillAsync();
        await chat.StartAgainAsync();
        await bob.IsOnlineAsync();
        await bob.SayAndBeHeardAsync("Ada?");
        await Expect(ada.At("banner-words")).ToHaveTextAsync("You are offline.");
        await ada.SayAsync("in a tunnel");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "waiting");
        await Expect(bob.People).ToHaveCountAsync(1);

        await here.Context.SetOfflineAsync(false);
        await ada.IsOnlineAsync();
        await bob.ReadsAsync("Ada?", "in a tunnel");
        await ada.ReadsAsync("Ada?", "in a tunnel");
        await Expect(bob.People).ToHaveCountAsync(2);
    }
}
