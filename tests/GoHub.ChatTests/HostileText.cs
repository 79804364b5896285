namespace GoHub.ChatTests;

/// <summary>Whatever a person calls themselves, a room, or writes, is text on everybody's page.</summary>
public sealed class HostileText(ChatBrowser browser)
{
    private const string Markup = "<img src onerror=window.harm=1>";

    private static readonly string[] Texts =
    [
        """<img src=x onerror="window.harm=1"><script>window.harm=1</script>""",
        "\" onmouseover=\"window.harm=1\" x=\"",
        "${window.harm=1} {{constructor.constructor('window.harm=1')()}}",
        "</p></div></main><svg onload=window.harm=1><iframe src=javascript:alert(1)>",
        "javascript:alert(1)",
        "\u202Egnp.exe \u0645\u0631\u062D\u0628\u0627 \u2066isolated",
        "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 👍🏽",
        "zero\u200Bwidth\uFEFF!",
        new('W', 2000),
        string.Join('\n', Enumerable.Range(0, 300)),
        """{"message_type":"error","data":{"code":1}}""",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    ];

    [Fact]
    public async Task Messages_show_as_they_were_written()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "hostile");
        var bob = await there.EnterAsync("Bob", "hostile");
        for (var i = 0; i < Texts.Length; i++)
        {
            await ada.SayAndBeHeardAsync(Texts[i]);
            await Expect(bob.Texts).ToHaveCountAsync(i + 1);
            Assert.Equal(Texts[i], await ada.LastText.TextContentAsync());
            Assert.Equal(Texts[i], await bob.LastText.TextContentAsync());
        }
        await NothingHappenedAsync(here, ada);
        await NothingHappenedAsync(there, bob);
        await bob.Page.ReloadAsync();
        await Expect(bob.Texts).ToHaveCountAsync(Texts.Length);
        await NothingHappenedAsync(there, bob);
    }

    [Theory]
    [InlineData(Markup)]
    [InlineData("\u202Eedoc live")]
    [InlineData("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW")]
    public async Task Names_of_people_and_rooms_are_text_too(string name)
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync(options: new() { ViewportSize = new() { Width = 1000, Height = 700 } });
        var room = name + "-room";
        var ada = await here.EnterAsync(name, room);
        var bob = await there.EnterAsync("Bob", room);
        await Expect(ada.At("me-name")).ToHaveTextAsync(name);
        await Expect(ada.At("talk-title")).ToHaveTextAsync(room);
        await Expect(bob.PersonNamed(name)).ToHaveCountAsync(1);
        await ada.SayAndBeHeardAsync("I have a bad name");
        await Expect(bob.At("line-name")).ToHaveTextAsync([name]);
        await ada.Field.PressSequentiallyAsync("x");
        await Expect(bob.At("typing-words")).ToHaveTextAsync($"{name} is typing");
        await bob.At("line-name").ClickAsync();
        await Expect(bob.At("talk-title")).ToHaveTextAsync(name);
        await bob.SayAndBeHeardAsync("hello you");
        await Expect(ada.Unread("with Bob~")).ToContainTextAsync("1");
        await NothingHappenedAsync(here, ada);
        await NothingHappenedAsync(there, bob);
    }

    [Fact]
    public async Task The_page_may_run_no_inline_code_and_connect_to_its_nodes_only()
    {
        await using var window = await browser.OpenWindowAsync();
        var ada = await window.EnterAsync("Ada", "policy");
        var response = await ada.Page.ReloadAsync();
        var policy = (await response!.AllHeadersAsync()).GetValueOrDefault("content-security-policy", "");
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain('*', policy);
        await ada.IsOnlineAsync();
        Assert.Empty(window.Complaints);
    }

    private static async Task NothingHappenedAsync(ChatWindow window, Person person)
    {
        Assert.False(await person.Page.EvaluateAsync<bool>("'harm' in window"));
        Assert.Equal(0, await person.Page.Locator("img, iframe, object, embed, body script").CountAsync());
        await person.FitsItsWindowAsync();
        Assert.Empty(window.Dialogs);
        Assert.Empty(window.Complaints);
    }
}
