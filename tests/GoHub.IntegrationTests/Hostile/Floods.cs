namespace GoHub.IntegrationTests.Hostile;

/// <summary>Much of what is allowed one at a time: it ends the connection, costs little, and nobody else feels it.</summary>
public sealed class Floods(SharedServer server)
{
    [Fact]
    public async Task A_flood_of_pings_closes_with_1008()
    {
        await using var client = await server.ConnectAsync();
        await client.TrySendBytesAsync(Enumerable.Range(0, 200).SelectMany(i => ClientFrame.Ping($"{i}").ToBytes()).ToArray());
        await client.ExpectCloseAsync(1008);
    }

    [Fact]
    public async Task Twenty_pings_are_no_flood()
    {
        await using var client = await server.ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            await client.SendFrameAsync(ClientFrame.Ping($"{i}"));
            Assert.Equal($"{i}", (await client.ReadFrameAsync())!.Text);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_flood_of_fragments_closes_with_1008_and_costs_no_memory(int bytes)
    {
        await using var own = await ServerProcess.StartAsync(SharedServer.Options);
        await using var witness = await WireClient.ConnectAsync(own.EndPoint);
        await witness.ExpectAliveAsync();
        var before = own.ResidentBytes();
        // 10^5 fragments, in one buffer each, from twenty connections.
        byte[] flood = [.. (ClientFrame.Text("{") with { Fin = false }).ToBytes(), .. Enumerable.Repeat(ClientFrame.Continuation(new byte[bytes], fin: false).ToBytes(), 100_000).SelectMany(b => b)];
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using var client = await WireClient.ConnectAsync(own.EndPoint);
            var sending = client.TrySendBytesAsync(flood);
            var close = await client.ReadCloseAsync();
            await sending;
            Assert.True(close?.CloseCode == 1008, $"{close}");
        }));
        Assert.InRange(own.ResidentBytes() - before, long.MinValue, 64L << 20);
        await witness.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_flood_of_bad_messages_hurts_nobody_else()
    {
        await using var witness = await server.ConnectAsync();
        await using var client = await server.ConnectAsync();
        var flood = Enumerable.Repeat(ClientFrame.Text("{").ToBytes(), 5_000).SelectMany(b => b).ToArray();
        var sending = client.TrySendBytesAsync(flood);
        var answers = 0;
        while (answers < 5_000 && await client.ReadMessageAsync() is { Opcode: Opcode.Text })
        {
            answers++;
        }
        await sending;
        Assert.Equal(5_000, answers);
        await witness.ExpectAliveAsync();
    }

    [Fact]
    public async Task Unfinished_large_messages_cost_what_they_sent_not_what_they_announced()
    {
        await using var own = await ServerProcess.StartAsync([.. SharedServer.Options, $"MaxMessageSize={16 << 20}"], null);
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => WireClient.ConnectAsync(own.EndPoint)));
        var before = own.ResidentBytes();
        foreach (var client in clients)
        {
            await client.SendFrameAsync(ClientFrame.Text("{\"message_type\"") with { AnnouncedLength = 16 << 20 });
        }
        await using var witness = await WireClient.ConnectAsync(own.EndPoint);
        await witness.ExpectAliveAsync();
        // All announced together: 1.6 GB.
        Assert.InRange(own.ResidentBytes() - before, long.MinValue, 100L << 20);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }
}
