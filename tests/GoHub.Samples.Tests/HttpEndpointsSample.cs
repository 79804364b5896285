using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests;

public sealed class HttpEndpointsSample
{
    [Fact]
    public async Task Stats_count_clients_and_rooms()
    {
        await using var sample = await Sample.StartAsync("HttpEndpoints");
        Assert.Equal((0, 0), await StatsAsync(sample));

        await using var ada = await sample.ConnectAsync();
        await using var bob = await sample.ConnectAsync();
        await ada.AskAsync("join_room", new { room_id = "lobby" }, "room_joined");
        await bob.AskAsync("ping", null, "pong");
        Assert.Equal((2, 1), await StatsAsync(sample));

        // The handshake is over before the server has let go; the room went with its last member.
        await ada.CloseAsync("bye");
        await Deadline.WithinAsync("one client and no room", async ct =>
        {
            while (await StatsAsync(sample) != (1, 0))
            {
                ct.ThrowIfCancellationRequested();
            }
            return true;
        });
    }

    [Fact]
    public async Task A_broadcast_reaches_the_room_and_nobody_else()
    {
        await using var sample = await Sample.StartAsync("HttpEndpoints");
        await using var member = await sample.ConnectAsync();
        await using var stranger = await sample.ConnectAsync();
        await member.AskAsync("join_room", new { room_id = "lobby" }, "room_joined");

        using var response = await BroadcastAsync(sample, new { room_id = "lobby", message = new { text = "Hi all" } });
        var result = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal(1, result.GetProperty("local").GetInt32());
        Assert.Equal("Hi all", (await member.DataAsync("announcement")).GetProperty("text").GetString());
        await stranger.AskAsync("ping", null, "pong");
    }

    [Fact]
    public async Task What_is_no_broadcast_is_a_bad_request()
    {
        await using var sample = await Sample.StartAsync("HttpEndpoints");
        object[] requests =
        [
            new { message = "no room" }, new { room_id = "", message = "no name" }, new { room_id = 17, message = "no text" }, new { room_id = "lobby" },
        ];
        foreach (var request in requests)
        {
            using var response = await BroadcastAsync(sample, request);
            Assert.Equal((request, HttpStatusCode.BadRequest), (request, response.StatusCode));
        }
    }

    [Fact]
    public async Task The_options_hold()
    {
        await using var sample = await Sample.StartAsync("HttpEndpoints");
        await using var client = await sample.ConnectAsync("", ("Origin", "https://app.example"));
        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => sample.ConnectAsync("", ("Origin", "https://evil.example")));
        Assert.Contains("403", refusal.Message, StringComparison.Ordinal);

        await client.SendTextAsync(new string(' ', 64 * 1024 + 1));
        await client.ClosedAsync();
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.CloseStatus);
    }

    private static Task<HttpResponseMessage> BroadcastAsync(Sample sample, object request) =>
        sample.Http.PostAsJsonAsync("/api/broadcast/room", request, TestContext.Current.CancellationToken);

    private static async Task<(int Clients, int Rooms)> StatsAsync(Sample sample)
    {
        var stats = await sample.Http.GetFromJsonAsync<JsonElement>("/api/stats", TestContext.Current.CancellationToken);
        return (stats.GetProperty("clients").GetInt32(), stats.GetProperty("rooms").GetInt32());
    }
}
