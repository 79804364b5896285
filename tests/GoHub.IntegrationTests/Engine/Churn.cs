using System.Globalization;
using System.Net;

namespace GoHub.IntegrationTests.Engine;

/// <summary>Connections that come and go at every stage of their life, thousands of them, and what they leave behind: nothing.</summary>
/// <remarks>50,000 connects, some twelve seconds; GOHUB_TEST_CHURN says otherwise.</remarks>
public sealed class Churn
{
    private const int Workers = 24;
    private const int WarmUp = 2000;

    private static readonly int Connects =
        int.TryParse(Environment.GetEnvironmentVariable("GOHUB_TEST_CHURN"), CultureInfo.InvariantCulture, out var count) ? count : 50_000;

    [Fact]
    public async Task Nothing_is_left_of_connections_that_ended_at_any_stage()
    {
        await using var server = await ServerProcess.StartAsync([.. SharedServer.Options, "Loops=4", "Rooms:AutoCreate=true", "SendQueue:MaxMessages=5000"]);
        await using var witness = await WireClient.ConnectAsync(server.EndPoint);
        await witness.JoinAsync("witness");
        await StormAsync(server, WarmUp);
        await EverybodyGoneAsync(server);
        var descriptors = Descriptors(server);
        var memory = server.ResidentBytes();

        await StormAsync(server, Connects);

        await EverybodyGoneAsync(server);
        await Eventually.HoldsAsync($"{descriptors} descriptors, as before; there are {Descriptors(server)}", () => Descriptors(server) <= descriptors);
        // 1,000 bytes for each of 50,000 would be 50 MB.
        Assert.InRange(server.ResidentBytes() - memory, long.MinValue, 50L << 20);
        await witness.ExpectAliveAsync();
        Assert.DoesNotContain("fail", string.Join('\n', server.Run.StandardError), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("loop's work failed", server.Run.Output, StringComparison.Ordinal);
    }

    private static async Task StormAsync(ServerProcess server, int connects)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            // Of several addresses, since each has its own ports.
            var source = new IPAddress([127, 0, 0, (byte)(2 + (worker % 8))]);
            while (Interlocked.Increment(ref next) is var number && number <= connects)
            {
                await LiveAndDieAsync(server, source, number, random);
            }
        })));
    }

    private static async Task LiveAndDieAsync(ServerProcess server, IPAddress source, int number, Random random)
    {
        var client = await WireClient.OpenAsync(server.EndPoint, source);
        await using var closing = client;
        var request = new Handshake().ToBytes(server.Port);
        var stage = number % 9;
        switch (stage)
        {
            case 0:
                break;
            case 1:
                await client.SendBytesAsync(request.AsMemory(0, random.Next(1, request.Length)));
                break;
            case 2:
                await client.SendBytesAsync(request);
                break;
            default:
                await client.SendBytesAsync(request);
                await client.ReadUpgradeAsync();
                await SpeakAsync(client, stage, number);
                break;
        }
        // Mostly a reset: an orderly end keeps the client's port for a minute.
        if (random.Next(10) > 0)
        {
            client.Reset();
        }
    }

    private static async Task SpeakAsync(WireClient client, int stage, int number)
    {
        switch (stage)
        {
            case 3:
                break;
            case 4:
                await client.JoinAsync($"room {number % 50}");
                break;
            case 5:
                await client.SendBytesAsync(ClientFrame.Text("""{"message_type":"echo","data":"cut off"}""").ToBytes().AsMemory(0, 1 + (number % 30)));
                break;
            case 6:
                // Gone while the handler is at work, or before.
                await client.SendTextAsync("""{"message_type":"echo","data":[1,2,3]}""");
                break;
            case 7:
                await client.JoinAsync($"room {number % 50}");
                await client.SendFrameAsync(ClientFrame.Close(1000));
                break;
            default:
                // A descriptor's new owner gets nothing that was the old one's.
                for (var i = 0; i < 3; i++)
                {
                    Assert.Equal($"{number} {i}", (await client.AskAsync("echo", $"{number} {i}", "echo_reply")).Data.GetString());
                }
                break;
        }
    }

    private static async Task EverybodyGoneAsync(ServerProcess server)
    {
        await Eventually.HoldsAsync("only the witness is connected", async () => (await server.MetricsAsync())["gohub_connected_clients"] == 1, TimeSpan.FromSeconds(30));
        await Eventually.HoldsAsync("only the witness's room is left", async () => (await server.MetricsAsync())["gohub_active_rooms"] == 1, TimeSpan.FromSeconds(30));
        if (ServerBinary.HasLoops)
        {
            await Eventually.HoldsAsync("one socket is on a loop", async () => (await server.MetricsAsync())["gohub_transport_loop_connections"] == 1, TimeSpan.FromSeconds(30));
        }
    }

    private static int Descriptors(ServerProcess server) => Directory.GetFileSystemEntries($"/proc/{server.Run.Pid}/fd").Length;
}
