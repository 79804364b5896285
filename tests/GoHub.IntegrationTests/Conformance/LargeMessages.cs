namespace GoHub.IntegrationTests.Conformance;

/// <summary>A server that takes messages of 16 MiB.</summary>
public sealed class LargeMessageServer() : OwnServer([.. SharedServer.Options, $"MaxMessageSize={MaxMessageSize}", $"SendQueue:MaxBytes={4 * MaxMessageSize}"])
{
    public const int MaxMessageSize = 16 * 1024 * 1024;
}

/// <summary>Group 9: large messages, whole, in fragments and in small pieces, and many in a row.</summary>
public sealed class LargeMessages(LargeMessageServer server) : IClassFixture<LargeMessageServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Opcode.Text, 65_536)]
    [InlineData(Opcode.Text, 262_144)]
    [InlineData(Opcode.Text, 1_048_576)]
    [InlineData(Opcode.Text, 4_194_304)]
    [InlineData(Opcode.Text, LargeMessageServer.MaxMessageSize)]
    [InlineData(Opcode.Binary, 65_536)]
    [InlineData(Opcode.Binary, 1_048_576)]
    [InlineData(Opcode.Binary, LargeMessageServer.MaxMessageSize)]
    public async Task A_large_message_comes_back(int opcode, int size)
    {
        await using var client = await WireClient.ConnectAsync(server.Process.EndPoint);
        await client.SendFrameAsync(new ClientFrame(opcode, EchoPayload.OfSize(size)));
        await EchoPayload.ExpectReplyAsync(client, size, Patience);
    }

    [Theory]
    [InlineData(Opcode.Text, 4_096)]
    [InlineData(Opcode.Text, 16_384)]
    [InlineData(Opcode.Text, 262_144)]
    [InlineData(Opcode.Text, 1_048_576)]
    [InlineData(Opcode.Binary, 65_536)]
    public async Task Four_megabytes_in_fragments_come_back(int opcode, int fragmentBytes)
    {
        const int Size = 4_000_000;
        await using var client = await WireClient.ConnectAsync(server.Process.EndPoint);
        await client.SendBytesAsync(Fragmentation.Fragments(opcode, EchoPayload.OfSize(Size), (Size + fragmentBytes - 1) / fragmentBytes, null));
        await EchoPayload.ExpectReplyAsync(client, Size, Patience);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(1024)]
    [InlineData(2048)]
    public async Task A_megabyte_in_small_pieces_comes_back(int chop)
    {
        await using var client = await WireClient.ConnectAsync(server.Process.EndPoint);
        await client.SendChoppedAsync(ClientFrame.Text(EchoPayload.OfSize(1_048_576)).ToBytes(), chop);
        await EchoPayload.ExpectReplyAsync(client, 1_048_576, Patience);
    }

    [Theory]
    [InlineData(36)]
    [InlineData(125)]
    [InlineData(256)]
    [InlineData(4096)]
    public async Task A_thousand_round_trips_come_back(int size)
    {
        await using var client = await WireClient.ConnectAsync(server.Process.EndPoint);
        for (var i = 0; i < 1000; i++)
        {
            await client.SendFrameAsync(ClientFrame.Text(EchoPayload.OfSize(size)));
            await EchoPayload.ExpectReplyAsync(client, size);
        }
    }

    [Fact]
    public async Task One_byte_more_than_allowed_closes_with_1009()
    {
        await using var client = await WireClient.ConnectAsync(server.Process.EndPoint);
        await client.TrySendBytesAsync(ClientFrame.Text(EchoPayload.OfSize(LargeMessageServer.MaxMessageSize + 1)).ToBytes());
        await client.ExpectCloseAsync(Patience, 1009);
    }
}
