using System.Globalization;

namespace GoHub.IntegrationTests.Engine;

/// <summary>Four loops whatever the machine has, so that members of a room are spread.</summary>
public sealed class FourLoopServer() : OwnServer([.. SharedServer.Options, "Loops=4", "SendQueue:MaxMessages=20000", "SendQueue:MaxBytes=67108864"]);

/// <summary>Publishers and members on different loops: order and departures. What a client publishes to a room does not come back to it.</summary>
public sealed class FourLoops(FourLoopServer server) : IClassFixture<FourLoopServer>
{
    private const int Publishers = 8;
    private const int Each = 300;

    [Fact]
    public async Task Every_member_hears_each_other_publisher_in_order_and_all_is_acknowledged_in_order()
    {
        var members = await Task.WhenAll(Enumerable.Range(0, Publishers + 8).Select(_ => JoinAsync("hall")));
        var publishing = members[..Publishers].Select((publisher, number) => publisher.SendBytesAsync((byte[])[.. Enumerable.Range(0, Each)
            .SelectMany(i => ClientFrame.Text($$$"""{"message_type":"room_message","message_id":{{{i + 1}}},"data":{"room_id":"hall","content":"{{{number}}} {{{i}}}"}}""").ToBytes())]));
        var reading = members.Select((member, number) => ReadAllAsync(member, number));
        await Task.WhenAll([.. publishing, .. reading]);
        foreach (var member in members)
        {
            await member.ExpectAliveAsync();
            await member.DisposeAsync();
        }
    }

    [Fact]
    public async Task After_room_left_comes_nothing_of_the_room()
    {
        const int Rounds = 30;
        using var over = new CancellationTokenSource();
        var publishers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => JoinAsync("square")));
        var publishing = publishers.Select(p => PublishAsync(p, over.Token)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var member = await WireClient.ConnectAsync(server.Process.EndPoint);
            for (var round = 0; round < Rounds; round++)
            {
                await member.SendAsync("join_room", new { room_id = "square" });
                await SkipToAsync(member, "room_joined");
                await member.SendAsync("leave_room", new { room_id = "square" });
                await SkipToAsync(member, "room_left");
                await member.ExpectAliveAsync();
            }
        }));
        await over.CancelAsync();
        await Task.WhenAll(publishing);
    }

    private static async Task PublishAsync(WireClient publisher, CancellationToken over)
    {
        await using var closing = publisher;
        for (var i = 1; !over.IsCancellationRequested; i++)
        {
            await publisher.SendAsync("room_message", new { room_id = "square", content = "x" }, i);
            await SkipToAsync(publisher, "ack");
        }
    }

    private static async Task SkipToAsync(WireClient client, string type)
    {
        Message message;
        do
        {
            message = await client.ReceiveAsync();
            Assert.True(message.Type == type || message.Type == "room_message", $"'{type}' was expected; got {message}.");
        }
        while (message.Type != type);
    }

    private static async Task ReadAllAsync(WireClient member, int number)
    {
        var next = new int[Publishers];
        var acks = 0;
        for (var left = Publishers * Each; left > 0; left--)
        {
            var message = await member.ReceiveAsync(TimeSpan.FromSeconds(60));
            if (message.Type == "ack")
            {
                Assert.Equal((++acks).ToString(CultureInfo.InvariantCulture), message.RequestId);
                continue;
            }
            var parts = message.Text("content").Split(' ');
            var publisher = int.Parse(parts[0], CultureInfo.InvariantCulture);
            Assert.Equal(next[publisher]++, int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        Assert.Equal(number < Publishers ? Each : 0, acks);
        Assert.Equal(Enumerable.Range(0, Publishers).Select(p => p == number ? 0 : Each), next);
    }

    private async Task<WireClient> JoinAsync(string room)
    {
        var client = await WireClient.ConnectAsync(server.Process.EndPoint);
        await client.SendAsync("join_room", new { room_id = room });
        await SkipToAsync(client, "room_joined");
        return client;
    }
}
