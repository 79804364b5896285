namespace GoHub.IntegrationTests.Engine;

/// <summary>A client that ends its sending half still gets what is on its way, and then the end.</summary>
public sealed class HalfClosed(SharedServer server)
{
    // Kestrel's own transport takes an end of sending for the end of all, once the request is upgraded.
    internal static void SkipWithoutLoops() => Assert.SkipUnless(ServerBinary.HasLoops, "The stock transport aborts an upgraded connection whose client ends its sending half.");

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task It_gets_the_answers_to_all_it_asked(int asked)
    {
        SkipWithoutLoops();
        await using var client = await WireClient.ConnectAsync(server.Process.EndPoint);
        await client.SendBytesAsync((byte[])[.. Enumerable.Range(0, asked).SelectMany(i => ClientFrame.Text($$"""{"message_type":"echo","data":{{i}}}""").ToBytes())]);
        client.ShutdownSend();
        for (var i = 0; i < asked; i++)
        {
            Assert.Equal(i, (await client.ExpectAsync("echo_reply")).Data.GetInt32());
        }
        await client.ExpectEndAsync();
        Assert.False(client.WasReset);
    }

    [Fact]
    public async Task It_gets_what_waits_for_it_though_it_reads_late()
    {
        SkipWithoutLoops();
        const int Messages = 40;
        await using var publisher = await WireClient.ConnectAsync(server.Process.EndPoint);
        await publisher.JoinAsync("half-closed");
        await using var member = await WireClient.OpenAsync(server.Process.EndPoint, receiveBuffer: 4096);
        await member.UpgradeAsync(server.Process.EndPoint);
        await member.JoinAsync("half-closed");
        for (var i = 0; i < Messages; i++)
        {
            // Together more than the kernel holds for it, less than its queue.
            await publisher.SendAsync("room_message", new { room_id = "half-closed", content = $"{i} {new string('x', 20_000)}" }, i + 1);
            await publisher.ExpectAsync("ack");
        }
        member.ShutdownSend();
        for (var i = 0; i < Messages; i++)
        {
            Assert.StartsWith($"{i} ", (await member.ExpectAsync("room_message")).Text("content"), StringComparison.Ordinal);
        }
        await member.ExpectEndAsync();
        Assert.False(member.WasReset);
    }
}
