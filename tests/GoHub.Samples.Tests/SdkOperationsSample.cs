using System.Net.WebSockets;
using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests;

public sealed class SdkOperationsSample
{
    [Fact]
    public async Task Every_operation_of_the_tour_is_seen()
    {
        await using var sample = await Sample.StartAsync("SdkOperations");
        await using var ada = await sample.ConnectAsync("?welcome=1");
        await using var bob = await sample.ConnectAsync("?welcome=1");
        var adaId = (await ada.DataAsync("welcome")).GetProperty("client_id").GetString();
        var bobId = (await bob.DataAsync("welcome")).GetProperty("client_id").GetString();

        await ada.SendAsync("tour");
        Assert.Equal("Hello everyone!", await NoticeAsync(ada, "announcement"));
        Assert.Equal("Hello!", await NoticeAsync(ada, "private"));
        Assert.Equal("Welcome!", await NoticeAsync(ada, "room"));
        Assert.Equal(
            $$"""{"sent":"Delivered","toUser":"Offline","created":"Ok","joined":"Ok","others":0,"members":["{{adaId}}"],"present":1,"here":2}""",
            (await ada.DataAsync("tour_reply")).GetRawText());
        Assert.Equal("Hello everyone!", await NoticeAsync(bob, "announcement"));

        // The second visitor finds the room; the first one hears of it, by both messages to the room.
        await bob.SendAsync("tour");
        Assert.Equal("Hello everyone!", await NoticeAsync(bob, "announcement"));
        Assert.Equal("Hello!", await NoticeAsync(bob, "private"));
        Assert.Equal("Welcome!", await NoticeAsync(bob, "room"));
        var report = await bob.DataAsync("tour_reply");
        Assert.Equal("AlreadyExists", report.GetProperty("created").GetString());
        Assert.Equal("Ok", report.GetProperty("joined").GetString());
        Assert.Equal(1, report.GetProperty("others").GetInt32());
        Assert.Equal([adaId, bobId], report.GetProperty("members").EnumerateArray().Select(m => m.GetString()).OrderBy(m => m != adaId));
        Assert.Equal("Hello everyone!", await NoticeAsync(ada, "announcement"));
        Assert.Equal("Welcome!", await NoticeAsync(ada, "room"));
        Assert.Equal("Somebody came.", await NoticeAsync(ada, "room"));

        await EndsAsync(ada, bob);
    }

    // Ada leaves, her room goes, and she is shown out; Bob, still in the room, is told.
    private static async Task EndsAsync(Client ada, Client bob)
    {
        await ada.SendAsync("tour.end");
        await ada.ClosedAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, ada.CloseStatus);
        Assert.Equal("The tour is over.", ada.CloseReason);
        Assert.Equal("room-1", (await bob.DataAsync("room_deleted")).GetProperty("room_id").GetString());
        Assert.Empty((await bob.AskAsync("list_rooms", null, "rooms")).GetProperty("rooms").EnumerateArray());
    }

    private static async Task<string?> NoticeAsync(Client client, string type) => (await client.DataAsync(type)).GetProperty("message").GetString();
}
