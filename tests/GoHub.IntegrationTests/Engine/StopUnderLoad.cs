using System.Diagnostics;

namespace GoHub.IntegrationTests.Engine;

/// <summary>SIGTERM while everybody talks.</summary>
public sealed class StopUnderLoad
{
    private const int Clients = 60;

    [Fact]
    public async Task Everybody_gets_1012_behind_whole_frames_and_the_process_ends_in_time()
    {
        await using var server = await ServerProcess.StartAsync([.. SharedServer.Options, "Loops=4", "Drain:Rate=100"]);
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => WireClient.ConnectAsync(server.EndPoint)));
        var heard = 0;
        var talking = clients.Select((client, number) => TalkUntilClosedAsync(client, $"room {number % 6}", () => Interlocked.Increment(ref heard))).ToArray();
        await Eventually.HoldsAsync("they talk", () => Volatile.Read(ref heard) > Clients * 20, TimeSpan.FromSeconds(30));

        server.Run.Send(Signal.Terminate);
        var clock = Stopwatch.StartNew();
        Assert.All(await Task.WhenAll(talking), code => Assert.Equal(1012, code));
        Assert.Equal(0, await server.Run.ExitCodeAsync());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
        Assert.DoesNotContain("loop's work failed", server.Run.Output, StringComparison.Ordinal);
    }

    /// <summary>Publishes and reads at once, as fast as the answers come.</summary>
    /// <returns>The code it was closed with; null if the connection ended without one, or in the middle of a frame.</returns>
    private static async Task<int?> TalkUntilClosedAsync(WireClient client, string room, Action heard)
    {
        await using var closing = client;
        await client.SendAsync("join_room", new { room_id = room });
        for (var i = 1; i <= 4; i++)
        {
            await client.SendAsync("room_message", new { room_id = room, content = new string('x', 500) }, i);
        }
        while (await client.ReadMessageAsync(TimeSpan.FromSeconds(30)) is { } frame)
        {
            if (frame.Opcode == Opcode.Close)
            {
                await client.TrySendBytesAsync(new ClientFrame(Opcode.Close, frame.Payload).ToBytes());
                await client.ExpectEndAsync();
                return frame.CloseCode;
            }
            // One that is torn would be no JSON.
            if (Message.Parse(frame.Payload).Type == "ack")
            {
                heard();
                await client.TrySendBytesAsync(ClientFrame.Text($$$"""{"message_type":"room_message","message_id":1,"data":{"room_id":"{{{room}}}","content":"{{{new string('y', 500)}}}"}}""").ToBytes());
            }
        }
        return null;
    }
}
