using GoHub.ClusterTests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>The page on the nodes of a cluster: people on different nodes talk, and the page shows who is there.</summary>
public sealed class ClusterNodes(Chromium chromium)
{
    private const string Hostile = """<img src=x onerror="window.harm=1">""";

    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "screenshots");

    [Theory]
    [InlineData("nats")]
    [InlineData("redis")]
    public async Task Two_pages_on_two_nodes_chat_and_see_both_nodes_until_one_stops(string kind)
    {
        await using BusServer bus = kind == "nats" ? await NatsServer.StartNewAsync() : await RedisServer.StartNewAsync();
        await using var north = await StartAsync(kind, bus, "north");
        await using var south = await StartAsync(kind, bus, "south");
        await using var here = await chromium.OpenWindowAsync(north);
        await using var there = await chromium.OpenWindowAsync(south);
        var ada = await here.OpenAsync("#room=lobby");
        var bob = await there.OpenAsync("#room=lobby");
        await Expect(ada.Members).ToHaveCountAsync(2);
        await Expect(bob.Members).ToHaveCountAsync(2);

        await ada.SayAsync("hello from the north");
        await Expect(bob.LastMessage).ToHaveTextAsync("hello from the north");
        await Expect(ada.FramesOfType("ack").GetByTestId("frame-level")).ToHaveTextAsync("bus");
        await bob.SayAsync("and from the south");
        await Expect(ada.LastMessage).ToHaveTextAsync("and from the south");
        await bob.At("message-by").First.ClickAsync();
        await bob.SayAsync("only to you");
        await Expect(ada.At("thread").Filter(new() { HasText = "@" })).ToHaveCountAsync(1);

        foreach (var (page, own) in new[] { (ada, "north"), (bob, "south") })
        {
            await Expect(page.At("cluster-node-name")).ToHaveTextAsync(["north", "south"]);
            await Expect(page.At("cluster-words")).ToHaveTextAsync("2 connections on 2 nodes.");
            await Expect(page.At("rooms-count")).ToHaveTextAsync("1");
            await Expect(page.At("cluster-node").Filter(new() { Has = page.At("cluster-node-here").And(page.Page.Locator(":visible")) })).ToContainTextAsync(own);
            await Expect(page.At("cluster-node-about")).ToHaveTextAsync(["1 connection, 1 room", "1 connection, 1 room"]);
            await page.FitsItsWindowAsync();
        }
        await ada.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"cluster-{kind}-desktop.png") });

        await bob.At("disconnect").ClickAsync();
        await bob.Page.CloseAsync();
        Assert.Equal(0, await south.StopAsync());
        await Expect(ada.At("cluster-node-name")).ToHaveTextAsync(["north"]);
        await Expect(ada.At("cluster-words")).ToHaveTextAsync("No other node is here yet.");
        await Expect(ada.Members).ToHaveCountAsync(1);
        Assert.Empty(here.Complaints);
    }

    [Fact]
    public async Task A_dead_bus_shows_and_those_on_one_node_go_on_talking_until_it_is_back()
    {
        await using var bus = await RedisServer.StartNewAsync();
        await using var node = await StartAsync("redis", bus, "island");
        await using var other = await StartAsync("redis", bus, "mainland");
        await using var window = await chromium.OpenWindowAsync(node);
        var ada = await window.OpenAsync("#room=lobby");
        var bob = await window.OpenAsync("#room=lobby");
        await Expect(ada.Members).ToHaveCountAsync(2);
        await Expect(ada.At("cluster-node")).ToHaveCountAsync(2);

        await bus.KillAsync();
        await Expect(ada.At("node-status")).ToHaveTextAsync("degraded");
        await Expect(ada.At("cluster")).ToHaveAttributeAsync("data-state", "cut-off");
        await Expect(ada.At("cluster-words")).ToContainTextAsync("The bus is down.");
        await ada.SayAsync("can you hear me?");
        await Expect(bob.LastMessage).ToHaveTextAsync("can you hear me?");
        await Expect(ada.FramesOfType("ack").Last.GetByTestId("frame-level")).ToHaveTextAsync("local");
        await Expect(ada.At("message-fate").Last).ToContainTextAsync("on this node only");
        await ada.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, "cluster-degraded-desktop.png") });

        await bus.StartAsync();
        await Expect(ada.At("node-status")).ToHaveTextAsync("ok");
        await Expect(ada.At("cluster")).ToHaveAttributeAsync("data-state", "joined");
        await Expect(ada.FramesOfType("gap").First).ToContainTextAsync("may be missing");
        await Expect(ada.FramesOfType("gap").First).ToHaveAttributeAsync("data-kind", "gap");
        await Expect(ada.At("remark").Last).ToContainTextAsync("Messages of other nodes may be missing");
        await Expect(ada.At("cluster-node").And(ada.Page.Locator("[data-status=ready]"))).ToHaveCountAsync(2);
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData("phone", 375, 740, ColorScheme.Light)]
    [InlineData("phone", 375, 740, ColorScheme.Dark)]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark)]
    public async Task Names_of_nodes_are_text_and_fit_every_screen(string device, int width, int height, ColorScheme scheme)
    {
        await using var bus = await RedisServer.StartNewAsync();
        await using var plain = await StartAsync("redis", bus, "chat-7f9c-eu-west-1");
        await using var hostile = await StartAsync("redis", bus, Hostile);
        await using var turned = await StartAsync("redis", bus, "\u202Eedon " + new string('W', 300));
        await using var window = await chromium.OpenWindowAsync(plain, new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = width < 760,
        });
        var tab = await window.OpenAsync("#room=lobby");
        // Joining shows the chat, so nothing else may be chosen before.
        await Expect(tab.Page.GetByText("You joined.")).ToBeVisibleAsync();
        if (width < 760)
        {
            await tab.At("view-side").ClickAsync();
        }
        await Expect(tab.At("cluster-node-name").Filter(new() { HasText = Hostile })).ToHaveTextAsync(Hostile);
        await Expect(tab.At("cluster-node")).ToHaveCountAsync(3);
        await tab.At("cluster").ScrollIntoViewIfNeededAsync();
        await Expect(tab.At("cluster-node").Last).ToBeVisibleAsync();
        await tab.FitsItsWindowAsync();
        await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"cluster-{device}-{(scheme == ColorScheme.Dark ? "dark" : "light")}.png") });
        Assert.False(await tab.Page.EvaluateAsync<bool>("'harm' in window"));
        Assert.Equal(0, await tab.Page.Locator("img").CountAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_node_on_its_own_says_so_in_a_line()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await Expect(tab.At("cluster-words")).ToHaveTextAsync("This node is on its own.");
        await Expect(tab.At("cluster-node")).ToHaveCountAsync(0);
        await Expect(tab.At("nodes-count")).ToHaveTextAsync("");
        await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, "cluster-alone-desktop.png") });
    }

    private static Task<ServerProcess> StartAsync(string kind, BusServer bus, string name) => ServerProcess.StartAsync(
        $"Cluster:Bus={kind}", $"Cluster:NodeName={name}", $"Cluster:Redis:Configuration=127.0.0.1:{bus.Port}", $"Cluster:Nats:Urls:0=nats://127.0.0.1:{bus.Port}");
}
