using System.Net.Http.Json;
using System.Text.Json;
using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests;

/// <summary>Two processes of the sample on a real bus.</summary>
public sealed class ClusterSample
{
    [Theory]
    [InlineData("nats")]
    [InlineData("redis")]
    public async Task Two_nodes_are_one_hub(string kind)
    {
        await using BusServer bus = kind == "nats" ? await NatsServer.StartNewAsync() : await RedisServer.StartNewAsync();
        await using var first = await StartAsync(kind, bus.Port, "first");
        await using var second = await StartAsync(kind, bus.Port, "second");
        await Deadline.WithinAsync("both nodes at both", async ct =>
        {
            while ((await NodesAsync(first)).GetArrayLength() < 2 || (await NodesAsync(second)).GetArrayLength() < 2)
            {
                ct.ThrowIfCancellationRequested();
            }
            return true;
        });

        await using var ada = await first.ConnectAsync();
        await using var bob = await second.ConnectAsync();
        await ada.AskAsync("join_room", new { room_id = "lobby" }, "room_joined");
        await bob.AskAsync("join_room", new { room_id = "lobby" }, "room_joined");

        // What a client says at one node arrives at the other, and the bus has it.
        await ada.SendAsync("room_message", new { room_id = "lobby", content = "hello" }, id: 1);
        Assert.Equal("bus", (await ada.DataAsync("ack")).GetProperty("level").GetString());
        Assert.Equal("hello", (await bob.DataAsync("room_message")).GetProperty("content").GetString());

        // Either node can be asked to tell all.
        var request = new { room_id = "lobby", message = new { text = "Hi all" } };
        using var response = await second.Http.PostAsJsonAsync("/api/broadcast/room", request, TestContext.Current.CancellationToken);
        Assert.Equal("""{"local":1,"bus":"Published"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Hi all", (await ada.DataAsync("announcement")).GetProperty("text").GetString());
        Assert.Equal("Hi all", (await bob.DataAsync("announcement")).GetProperty("text").GetString());

        // Counts are the whole cluster's, at either node.
        foreach (var node in new[] { first, second })
        {
            var report = await ReportAsync(node);
            Assert.True(report.GetProperty("connected").GetBoolean());
            Assert.Equal((2, 1), (report.GetProperty("connections").GetInt32(), report.GetProperty("rooms").GetInt32()));
            Assert.Empty(report.GetProperty("missing").EnumerateArray());
        }
        Assert.Equal(["first", "second"], (await NodesAsync(second)).EnumerateArray().Select(n => n.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_broadcast_without_a_room_is_a_bad_request()
    {
        await using var bus = await RedisServer.StartNewAsync();
        await using var sample = await StartAsync("redis", bus.Port, "only");
        using var response = await sample.Http.PostAsJsonAsync("/api/broadcast/room", new { message = "no room" }, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static Task<Sample> StartAsync(string kind, int port, string name) => Sample.StartAsync(
        "Cluster", kind, $"--ConnectionStrings:Nats=nats://127.0.0.1:{port}", $"--ConnectionStrings:Redis=127.0.0.1:{port}", $"--GoHub:Cluster:NodeName={name}");

    private static async Task<JsonElement> NodesAsync(Sample node) => (await ReportAsync(node)).GetProperty("nodes");

    private static Task<JsonElement> ReportAsync(Sample node) =>
        node.Http.GetFromJsonAsync<JsonElement>("/api/nodes", TestContext.Current.CancellationToken);
}
