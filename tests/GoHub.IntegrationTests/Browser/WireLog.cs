using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>The log of frames and the composer of raw ones.</summary>
public sealed partial class WireLog(Chromium chromium)
{
    [Fact]
    public async Task Frames_of_both_ways_show_and_open_as_JSON()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.At("raw-send").ClickAsync();
        await Expect(tab.FramesOfType("echo")).ToHaveAttributeAsync("data-direction", "out");
        var reply = tab.FramesOfType("echo_reply");
        await Expect(reply).ToHaveAttributeAsync("data-direction", "in");
        await Expect(reply.Locator("time")).ToHaveTextAsync(TimeOfDay());

        await reply.GetByTestId("frame-line").ClickAsync();
        var json = JsonNode.Parse((await reply.GetByTestId("frame-json").TextContentAsync())!)!;
        Assert.Equal("echo_reply", (string?)json["message_type"]);
        Assert.Equal("Hello, GoHub!", (string?)json["data"]!["text"]);
        Assert.Equal(1, (int?)json["request_id"]);
        await reply.GetByTestId("frame-line").PressAsync("Enter");
        await Expect(reply.GetByTestId("frame-json")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_examples_do_what_they_say()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        foreach (var (example, answer) in new[]
        {
            ("Echo", "echo_reply"), ("Ping", "pong"), ("List rooms", "rooms"), ("Join a room", "room_joined"),
            ("Room message", "ack"), ("Room members", "room_members"), ("Leave a room", "room_left"),
        })
        {
            await SendExampleAsync(tab, example);
            await Expect(tab.FramesOfType(answer).And(tab.Page.Locator("[data-direction=in]"))).ToHaveCountAsync(1);
        }
        foreach (var (example, code) in new[]
        {
            ("Direct message", 4000), ("Sign in", 2003), ("Bad: unknown type", 1001), ("Bad: missing field", 1001), ("Bad: not JSON", 1001),
        })
        {
            await tab.At("log-clear").ClickAsync();
            await SendExampleAsync(tab, example);
            await Expect(tab.FramesOfType("error")).ToContainTextAsync(code == 2003 ? CodeOfARefusal() : new Regex($"\"code\":{code}\\b"));
        }
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task The_composer_judges_formats_and_sends_by_key()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        var verdict = tab.At("raw-verdict");
        await Expect(verdict).ToHaveTextAsync("A valid frame");
        await tab.At("raw").FillAsync("{oops");
        await Expect(verdict).ToContainTextAsync("Not JSON");
        await Expect(tab.At("raw-format")).ToBeDisabledAsync();
        await tab.At("raw").FillAsync("[1]");
        await Expect(verdict).ToContainTextAsync("not an object");
        await tab.At("raw").FillAsync("{}");
        await Expect(verdict).ToContainTextAsync("No message_type");
        await tab.At("raw").FillAsync("""{"message_type":"echo","message_id":[]}""");
        await Expect(verdict).ToContainTextAsync("message_id is a number or a string");
        await tab.At("raw").FillAsync("""{"message_type":"echo","data":7}""");
        await tab.At("raw-format").ClickAsync();
        await Expect(tab.At("raw")).ToHaveValueAsync("{\n  \"message_type\": \"echo\",\n  \"data\": 7\n}");
        await tab.At("raw").PressAsync("Control+Enter");
        await Expect(tab.FramesOfType("echo_reply")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Filter_direction_pause_and_clear()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.SendRawAsync("""{"message_type":"echo","data":"needle"}""");
        await tab.SendRawAsync("""{"message_type":"ping","message_id":"p"}""");
        await Expect(tab.FramesOfType("pong")).ToHaveCountAsync(1);

        await tab.At("log-filter").FillAsync("NEEDLE");
        await Expect(tab.Frames).ToHaveCountAsync(2);
        await Expect(tab.At("log-note")).ToContainTextAsync("filtered out");
        await tab.At("log-direction").SelectOptionAsync("out");
        await Expect(tab.At("frame-type")).ToHaveTextAsync(["echo"]);
        await tab.At("log-direction").SelectOptionAsync("in");
        await Expect(tab.At("frame-type")).ToHaveTextAsync(["echo_reply"]);
        await tab.At("log-direction").SelectOptionAsync("both");
        await tab.At("log-filter").FillAsync("");

        await tab.At("log-pause").ClickAsync();
        await tab.SendRawAsync("""{"message_type":"echo","data":"while paused"}""");
        await Expect(tab.At("log-note")).ToHaveTextAsync("Paused; 2 new.");
        await Expect(tab.FramesOfType("echo_reply")).ToHaveCountAsync(1);
        await tab.At("log-pause").ClickAsync();
        await Expect(tab.FramesOfType("echo_reply")).ToHaveCountAsync(2);

        await tab.At("log-clear").ClickAsync();
        await Expect(tab.Frames).ToHaveCountAsync(0);
        await Expect(tab.At("log-count")).ToHaveTextAsync("0");
    }

    [Fact]
    public async Task The_pages_own_polls_show_only_when_asked_for()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await Expect(tab.At("log-note")).ToContainTextAsync("polls of this page not shown");
        await Expect(tab.FramesOfType("list_rooms")).ToHaveCountAsync(0);
        await tab.At("log-polls").CheckAsync();
        await Expect(tab.FramesOfType("list_rooms").First).ToBeVisibleAsync();
        await tab.At("log-polls").UncheckAsync();
        await Expect(tab.FramesOfType("list_rooms")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_flood_leaves_the_last_five_hundred()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.At("raw").FillAsync("""{"message_type":"echo","data":"flood"}""");
        await tab.Page.EvaluateAsync("for (let i = 0; i < 400; i++) document.getElementById('raw-form').requestSubmit()");
        await tab.SendRawAsync("""{"message_type":"echo","data":"the last"}""");
        await Expect(tab.LastFrame).ToContainTextAsync("the last");
        await Expect(tab.LastFrame).ToHaveAttributeAsync("data-direction", "in");
        Assert.InRange(await tab.Frames.CountAsync(), 490, 500);
        Assert.Empty(window.Complaints);
    }

    private static async Task SendExampleAsync(Playground tab, string example)
    {
        await tab.At("raw-example").SelectOptionAsync(example);
        await tab.At("raw-send").ClickAsync();
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3}$")]
    private static partial Regex TimeOfDay();

    [GeneratedRegex("\"code\":200[0-3]\\b")]
    private static partial Regex CodeOfARefusal();
}
