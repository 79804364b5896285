using System.Globalization;
using System.Text.RegularExpressions;

namespace GoHub.ChatTests;

/// <summary>The sample on three nodes: people on different ones talk, and move on when theirs dies.</summary>
public sealed class Nodes(ChatBrowser browser)
{
    // A node that died without a goodbye counts as gone after 10 s.
    private static readonly LocatorAssertionsToHaveCountOptions UntilNoticed = new() { Timeout = 60_000 };

    [Fact]
    public async Task Whose_node_is_killed_moves_to_the_next_is_seen_to_leave_and_come_back_and_talks_on()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var port = Ports.Before(3);
        await using var first = await StartNodeAsync(1, port, redis.Port);
        await using var second = await StartNodeAsync(2, port, redis.Port);
        await using var third = await StartNodeAsync(3, port, redis.Port);
        await using var adas = await browser.OpenWindowAsync(first);
        await using var bobs = await browser.OpenWindowAsync(first);
        await using var cids = await browser.OpenWindowAsync(third);
        var ada = await adas.EnterAsync("Ada");
        var bob = await bobs.EnterAsync("Bob");
        var cid = await cids.EnterAsync("Cid");
        await Expect(ada.At("me-state")).ToHaveTextAsync("Online on node 1");
        await Expect(cid.At("me-state")).ToHaveTextAsync("Online on node 3");
        await Expect(cid.People).ToHaveCountAsync(3);
        await Expect(ada.People).ToHaveCountAsync(3);
        await ada.SayAndBeHeardAsync("hello from node 1");
        await cid.SayAndBeHeardAsync("hello from node 3");
        await bob.ReadsAsync("hello from node 1", "hello from node 3");
        await ada.Field.FillAsync("half a sentence");

        // Ada's network goes with her node, so that she stays away until it is back; Bob moves at once.
        await adas.Context.SetOfflineAsync(true);
        await first.KillAsync();
        await Expect(bob.At("banner-words")).ToHaveTextAsync(new Regex(@"^Back online, now on node [23]\.$"));
        await Expect(bob.At("me-state")).ToHaveTextAsync(new Regex("^Online on node [23]$"));
        await bob.SayAndBeHeardAsync("I have moved");
        await cid.ReadsAsync("hello from node 1", "hello from node 3", "I have moved");
        await Expect(cid.PersonNamed("Ada")).ToHaveCountAsync(0, UntilNoticed);
        await Expect(cid.People).ToHaveCountAsync(2);

        await adas.Context.SetOfflineAsync(false);
        await Expect(ada.At("me-state")).ToHaveTextAsync(new Regex("^Online on node [23]$"));
        await Expect(cid.PersonNamed("Ada")).ToHaveCountAsync(1);
        await Expect(cid.People).ToHaveCountAsync(3);
        await Expect(ada.People).ToHaveCountAsync(3);
        await Expect(ada.Field).ToHaveValueAsync("half a sentence");
        await ada.ReadsAsync("hello from node 1", "hello from node 3", "I have moved");
        await ada.Field.PressAsync("Enter");
        await cid.SayAndBeHeardAsync("welcome back");
        await Expect(ada.Texts).ToHaveCountAsync(5);
        await Expect(cid.Texts.Filter(new() { HasText = "half a sentence" })).ToHaveCountAsync(1);
        await Expect(ada.LastText).ToHaveTextAsync(new Regex("welcome back|half a sentence"));
        await cid.PersonNamed("Ada").ClickAsync();
        await cid.SayAndBeHeardAsync("and to you alone");
        await Expect(ada.Unread("with Cid~")).ToContainTextAsync("1");
        Assert.Empty(adas.OwnFaults);
        Assert.Empty(bobs.OwnFaults);
        Assert.Empty(cids.OwnFaults);
    }

    [Fact]
    public async Task A_reload_brings_together_what_all_nodes_have_heard()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var port = Ports.Before(2);
        await using var first = await StartNodeAsync(1, port, redis.Port, nodes: 2);
        await using var second = await StartNodeAsync(2, port, redis.Port, nodes: 2);
        await using var adas = await browser.OpenWindowAsync(first);
        await using var bobs = await browser.OpenWindowAsync(second);
        var ada = await adas.EnterAsync("Ada");
        var bob = await bobs.EnterAsync("Bob");
        await Expect(ada.People).ToHaveCountAsync(2);
        await ada.SayAndBeHeardAsync("one");
        await bob.SayAndBeHeardAsync("two");
        await ada.SayAndBeHeardAsync("three");
        await bob.Page.ReloadAsync();
        await bob.ReadsAsync("one", "two", "three");
    }

    [Fact]
    public async Task A_node_that_is_stopped_sends_its_people_to_the_next()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var port = Ports.Before(2);
        await using var first = await StartNodeAsync(1, port, redis.Port, nodes: 2);
        await using var second = await StartNodeAsync(2, port, redis.Port, nodes: 2);
        await using var adas = await browser.OpenWindowAsync(first);
        await using var bobs = await browser.OpenWindowAsync(second);
        var ada = await adas.EnterAsync("Ada");
        var bob = await bobs.EnterAsync("Bob");
        await Expect(ada.People).ToHaveCountAsync(2);
        Assert.Equal(0, await first.StopAsync());
        await ada.SayAsync("said while I move");
        await Expect(ada.At("me-state")).ToHaveTextAsync("Online on node 2");
        await bob.ReadsAsync("said while I move");
        await Expect(bob.People).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Without_the_bus_those_of_one_node_talk_on_and_are_told()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var port = Ports.Before(2);
        await using var first = await StartNodeAsync(1, port, redis.Port, nodes: 2);
        await using var second = await StartNodeAsync(2, port, redis.Port, nodes: 2);
        await using var adas = await browser.OpenWindowAsync(first);
        await using var bobs = await browser.OpenWindowAsync(first);
        await using var cids = await browser.OpenWindowAsync(second);
        var ada = await adas.EnterAsync("Ada");
        var bob = await bobs.EnterAsync("Bob");
        var cid = await cids.EnterAsync("Cid");
        await Expect(ada.People).ToHaveCountAsync(3);

        await redis.KillAsync();
        await Eventually.HoldsAsync("the node knows", () => first.Output.Contains("The bus is down", StringComparison.Ordinal));
        await ada.SayAsync("anybody there?");
        await Expect(ada.At("line").Last).ToHaveAttributeAsync("data-fate", "local");
        await Expect(ada.At("fate").Last).ToContainTextAsync("Only people on your node have it");
        await bob.ReadsAsync("anybody there?");
        await Expect(cid.Texts).ToHaveCountAsync(0);

        // When it is back, the pages are told that something was missed, and ask the node that has it: even what is said before both have it back.
        await redis.StartAsync();
        await cid.ReadsAsync("anybody there?");
        await bob.SayAsync("now again");
        await cid.ReadsAsync("anybody there?", "now again");
        // Said while one node had the bus back and the other had not, a message is everybody's only once both have looked again.
        await Expect(ada.At("line").First).ToHaveAttributeAsync("data-fate", "sent", new() { Timeout = 30_000 });
        await Expect(bob.At("line").Last).ToHaveAttributeAsync("data-fate", "sent", new() { Timeout = 30_000 });
    }

    private static Task<ChatProcess> StartNodeAsync(int number, int port, int redis, int nodes = 3) => ChatProcess.StartAsync(
        port + number, "--node", Text(number), "--nodes", Text(nodes), "--port", Text(port), "--bus", $"redis://127.0.0.1:{redis}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
