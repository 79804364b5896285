using static Microsoft.Playwright.Assertions;

namespace GoHub.IntegrationTests.Browser;

/// <summary>Whatever a peer sends is text on the page: in the chat, in names, in the log.</summary>
public sealed class HostileText(Chromium chromium)
{
    private const string Markup = """<img src=x onerror="window.harm=1"><script>window.harm=1</script>""";

    private static readonly string[] Texts =
    [
        Markup,
        "\" onmouseover=\"window.harm=1\" x=\"",
        "${window.harm=1} {{constructor.constructor('window.harm=1')()}}",
        "</script></textarea></div><svg onload=window.harm=1>",
        "javascript:window.harm=1",
        "\u202Egnp.exe \u0645\u0631\u062D\u0628\u0627 \u2066isolated",
        "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 👍🏽",
        "zero\u200Bwidth\uFEFF",
        new('W', 10 * 1024),
        string.Join('\n', Enumerable.Range(0, 500)),
        """{"message_type":"error","data":{"code":1}}""",
    ];

    [Fact]
    public async Task Messages_show_as_they_were_written()
    {
        await using var window = await chromium.OpenWindowAsync();
        var writer = await window.OpenAsync("#room=hostile");
        var reader = await window.OpenAsync("#room=hostile");
        await Expect(writer.Members).ToHaveCountAsync(2);
        await Expect(reader.Members).ToHaveCountAsync(2);

        for (var i = 0; i < Texts.Length; i++)
        {
            await writer.SayAsync(Texts[i]);
            await Expect(reader.Messages).ToHaveCountAsync(i + 1);
            Assert.Equal(Texts[i], await reader.LastMessage.TextContentAsync());
            Assert.Equal(Texts[i], await writer.LastMessage.TextContentAsync());

            // The log is drawn after the chat: until its row is there, the last one is that of the message before.
            await Expect(reader.FramesOfType("room_message")).ToHaveCountAsync(i + 1);
            var frame = reader.FramesOfType("room_message").Last;
            await frame.GetByTestId("frame-line").ClickAsync();
            var json = JsonNode.Parse((await frame.GetByTestId("frame-json").TextContentAsync())!)!;
            Assert.Equal(Texts[i], (string?)json["data"]!["content"]);
            await NothingHappenedAsync(window, writer, reader);
        }
    }

    [Fact]
    public async Task Names_of_rooms_and_users_are_text_too()
    {
        await using var window = await chromium.OpenWindowAsync();
        var tab = await window.OpenAsync();
        await tab.ConnectWithAsync(TestTokens.For(Markup, TestTokens.Everything));
        await Expect(tab.At("user-id")).ToHaveTextAsync(Markup);
        await tab.SendRawAsync(JsonSerializer.Serialize(new
        {
            message_id = 1,
            message_type = "create_room",
            data = new { room_id = Markup, name = Markup + new string('n', 40) },
        }));
        await Expect(tab.InRoom(Markup, "room-more")).ToContainTextAsync(Markup);
        await tab.InRoom(Markup, "room-join").ClickAsync();
        await Expect(tab.At("talk-title")).ToHaveTextAsync("#" + Markup);
        await Expect(tab.At("thread")).ToHaveTextAsync("#" + Markup);

        var other = await window.OpenAsync("#room=" + Uri.EscapeDataString(Markup));
        await Expect(other.Members.Filter(new() { HasText = Markup })).ToHaveCountAsync(1);
        await tab.SayAsync("from one with a bad name");
        await Expect(other.At("message-by")).ToContainTextAsync(Markup);
        await other.At("message-by").ClickAsync();
        await Expect(other.At("talk-title")).ToHaveTextAsync("@" + Markup);
        await NothingHappenedAsync(window, tab, other);
    }

    [Fact]
    public async Task Types_and_content_that_are_no_text_are_shown_and_do_no_harm()
    {
        await using var window = await chromium.OpenWindowAsync();
        var reader = await window.OpenAsync("#room=odd");
        var writer = await window.OpenAsync("#room=odd");
        await Expect(reader.Members).ToHaveCountAsync(2);
        await Expect(writer.Members).ToHaveCountAsync(2);
        await writer.SendRawAsync(JsonSerializer.Serialize(new { message_type = Markup, data = Markup }));
        await Expect(writer.FramesOfType(Markup)).ToHaveCountAsync(1);
        await Expect(writer.FramesOfType("error")).ToHaveCountAsync(1);

        await writer.SendRawAsync("""{"message_id":5,"message_type":"room_message","data":{"room_id":"odd","content":{"deep":[1,"<b>"]}}}""");
        await Expect(writer.FramesOfType("ack").Or(writer.FramesOfType("error")).Last).ToBeVisibleAsync();
        await writer.SayAsync("the last");
        await Expect(reader.LastMessage).ToHaveTextAsync("the last");
        await NothingHappenedAsync(window, writer, reader);
    }

    private static async Task NothingHappenedAsync(Window window, params Playground[] tabs)
    {
        foreach (var tab in tabs)
        {
            Assert.False(await tab.Page.EvaluateAsync<bool>("'harm' in window"));
            Assert.Equal(0, await tab.Page.Locator("img, iframe, object, embed, body script").CountAsync());
            await tab.FitsItsWindowAsync();
        }
        Assert.Empty(window.Complaints);
        Assert.All(window.Addresses, address => Assert.Equal(window.Home.Authority, new Uri(address).Authority));
    }
}
