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

        // The stream's reader starts in the background, so it may miss the first.
        await Deadline.WithinAsync("the message is in the output", async ct =>
        {
            do
            {
                ct.ThrowIfCancellationRequested();
                await client.SendAsync("room_message", new { room_id = "lobby", content = "hello" }, id: 1);
                await client.ReceiveAsync("ack");
            }
            while (!sample.HasPrinted($"{id} said 7 bytes in lobby"));
            return true;
        });

        await client.CloseAsync("bye");
        await sample.PrintsAsync($"Client disconnected: {id} (1000 bye)");
    }
}
