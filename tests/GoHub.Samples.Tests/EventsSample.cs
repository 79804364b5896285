using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests;

public sealed class EventsSample
{
    [Fact]
    public async Task What_happens_is_in_the_output()
    {
        await using var sample = await Sample.StartAsync("Events");
        await using var client = await sample.ConnectAsync("?welcome=1");
        var id = (await client.DataAsync("welcome")).GetProperty("client_id").GetString();

        await sample.PrintsAsync($"Client connected: {id}");

        await client.AskAsync("create_room", new { room_id = "lobby" }, "room_created");
        await client.AskAsync("join_room", new { room_id = "lobby" }, "room_joined");
        await sample.PrintsAsync($"{id} joined lobby");

        await client.SendAsync("room_message", new { room_id = "lobby", content = "hello" });
        await sample.PrintsAsync($"{id} said 7 bytes in lobby");

        await client.CloseAsync("bye");
        await sample.PrintsAsync($"Client disconnected: {id} (1000 bye)");
    }
}
