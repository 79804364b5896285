using System.Net;
using GoHub.Samples.Tests.Hosting;

namespace GoHub.Samples.Tests;

public sealed class SimpleSample
{
    [Theory]
    [InlineData]
    [InlineData("one-line")]
    public async Task A_server_of_a_few_lines_chats(params string[] args)
    {
        await using var sample = await Sample.StartAsync("Simple", args);
        await using var ada = await sample.ConnectAsync();
        await using var bob = await sample.ConnectAsync();

        await ada.AskAsync("ping", new { ts = 1 }, "pong");

        await ada.AskAsync("create_room", new { room_id = "lobby" }, "room_created");
        await ada.AskAsync("join_room", new { room_id = "lobby" }, "room_joined");
        await bob.AskAsync("join_room", new { room_id = "lobby" }, "room_joined");
        await ada.SendAsync("room_message", new { room_id = "lobby", content = "Hello, Bob!" }, id: 7);

        var heard = await bob.DataAsync("room_message");
        Assert.Equal("Hello, Bob!", heard.GetProperty("content").GetString());
        Assert.Equal(7, (await ada.ReceiveAsync("ack")).GetProperty("request_id").GetInt32());
    }

    [Fact]
    public async Task The_built_in_endpoints_answer()
    {
        await using var sample = await Sample.StartAsync("Simple");
        foreach (var path in new[] { "/health", "/health/live", "/health/ready", "/metrics" })
        {
            using var response = await sample.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }
}
