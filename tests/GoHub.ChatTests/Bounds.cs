using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace GoHub.ChatTests;

/// <summary>What the server does not let in, whatever page it comes from.</summary>
public sealed class Bounds(ChatBrowser browser)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    [Theory]
    [InlineData("Ada", "Ada")]
    [InlineData("  Ada \t Lovelace ", "Ada Lovelace")]
    [InlineData("李雷", "李雷")]
    [InlineData("👩‍🚀", "👩‍🚀")]
    [InlineData("a~b", "a~b")]
    [InlineData("", null)]
    [InlineData("   ", null)]
    [InlineData("\u200b\u200d", null)]
    [InlineData("a\u0000b", null)]
    [InlineData("123456789012345678901234567890123", null)]
    public async Task A_name_is_seen_and_bounded(string name, string? expected)
    {
        using var response = await OpenAsync(new { name });
        Assert.Equal(expected is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        if (expected is null)
        {
            Assert.Equal("A name has 1 to 32 letters.", answer.GetProperty("problem").GetString());
        }
        else
        {
            Assert.Matches($"^{expected}~[a-z2-9]{{8}}$", answer.GetProperty("user_id").GetString());
        }
    }

    [Fact]
    public async Task A_ticket_renews_the_token_of_its_own_user_and_another_does_not()
    {
        using var first = await OpenAsync(new { name = "Ada" });
        var session = await first.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var ticket = session.GetProperty("ticket").GetString()!;
        using var again = await OpenAsync(new { ticket });
        var renewed = await again.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(session.GetProperty("user_id").GetString(), renewed.GetProperty("user_id").GetString());

        var parts = ticket.Split('.');
        foreach (var forged in new[] { "", ".", "x.y", parts[0], $"{parts[0]}.", $"{parts[0]}A.{parts[1]}", $"QWRh.{parts[1]}", ticket + ".x", "!.!" })
        {
            using var refused = await OpenAsync(new { ticket = forged });
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Private_history_is_for_the_two_it_is_of()
    {
        await using var here = await browser.OpenWindowAsync();
        await using var there = await browser.OpenWindowAsync();
        var ada = await here.EnterAsync("Ada", "secrets");
        var bob = await there.EnterAsync("Bob", "secrets");
        await ada.PersonNamed("Bob").ClickAsync();
        await ada.SayAndBeHeardAsync("a secret");
        var bobsId = await bob.UserIdAsync();

        using var eves = await OpenAsync(new { name = "Eve" });
        var eve = await eves.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("[]", await HistoryAsync(bobsId, eve.GetProperty("ticket").GetString()!));
        Assert.Contains("a secret", await HistoryAsync(bobsId, await ada.TicketAsync()), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => HistoryAsync(bobsId, ""));

        async Task<string> HistoryAsync(string with, string ticket)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(here.Home, $"history?with={Uri.EscapeDataString(with)}"));
            request.Headers.TryAddWithoutValidation("Authorization", ticket);
            using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_message_is_bounded()
    {
        await using var window = await browser.OpenWindowAsync();
        var ada = await window.EnterAsync("Ada", "bounds");
        var codes = await ada.Page.EvaluateAsync<int[]>(
            """
            async () => {
              const { GoHub } = await import('/js/gohub.js');
              const { ticket } = JSON.parse(localStorage.getItem('gohub-chat.me'));
              const reply = await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ticket }) });
              const { token } = await reply.json();
              const hub = new GoHub('/ws', { token });
              await hub.join('bounds');
              const say = (room_id, content) => hub.request('room_message', { room_id, content }).then(() => 0, error => error.code);
              const codes = [
                await say('bounds', { key: 'k', text: 'x'.repeat(2001) }),
                await say('bounds', { key: 'k', text: '  ' }),
                await say('bounds', { key: 'k'.repeat(41), text: 'x' }),
                await say('bounds', { key: '', text: 'x' }),
                await say('bounds', { text: 'x' }),
                await say('bounds', 'x'),
                await say('not mine', { key: 'k', text: 'x' }),
                await say('bounds', { key: 'k', text: 'x'.repeat(2000) }),
                await say('bounds', { key: 'k', text: 'said once more' }),
              ];
              await hub.stop();
              return codes;
            }
            """);
        Assert.Equal([1001, 1001, 1001, 1001, 1001, 1001, 3003, 0, 0], codes);

        // The key was known already.
        await ada.ReadsAsync(new string('x', 2000));
    }

    private async Task<HttpResponseMessage> OpenAsync(object request) =>
        await Http.PostAsJsonAsync(new Uri((await browser.ChatAsync()).Home, "session"), request, TestContext.Current.CancellationToken);
}
