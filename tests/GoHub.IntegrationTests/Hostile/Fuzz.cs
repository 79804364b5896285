namespace GoHub.IntegrationTests.Hostile;

/// <summary>Damaged frames and envelopes against the live server: it may close the connection, and it must stay.</summary>
public sealed class Fuzz(Fuzz.Server server) : IClassFixture<Fuzz.Server>
{
    private static readonly string[] Envelopes =
    [
        """{"message_id":1,"message_type":"ping","data":{"ts":1717000000000}}""",
        """{"message_id":"a","message_type":"echo","data":{"x":[1,2.5,null,true,"é\n"]}}""",
        """{"message_type":"join_room","data":{"room_id":"fuzz"}}""",
        """{"message_type":"leave_room","data":{"room_id":"fuzz"}}""",
        """{"message_id":2,"message_type":"room_message","data":{"room_id":"fuzz","content":"x"}}""",
        """{"message_id":3,"message_type":"direct_message","data":{"target_id":"nobody","content":"x"}}""",
        """{"message_type":"create_room","data":{"room_id":"fuzz2","name":"n","max_clients":3}}""",
        """{"message_type":"auth","data":{"token":"a.b.c"}}""",
        """{"message_type":"list_rooms"}""",
        """{"message_type":"room_members","data":{"room_id":"fuzz"}}""",
    ];

    private readonly ServerProcess _server = server.Process;

    public sealed class Server() : OwnServer(SharedServer.Options);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(null)]
    public async Task Damaged_frames_end_at_most_their_own_connection(int? fixedSeed)
    {
        var random = Seeded(fixedSeed);
        var corpus = Corpus();
        await using var witness = await WireClient.ConnectAsync(_server.EndPoint);
        await witness.ExpectAliveAsync();
        for (var i = 0; i < 250; i++)
        {
            await using var client = await WireClient.ConnectAsync(_server.EndPoint);
            var input = Mutation.Mutate(corpus[random.Next(corpus.Count)], corpus, random);
            await client.TrySendBytesAsync(input);
            client.ShutdownSend();
            await ReadToEndAsync(client, input);
        }
        await witness.ExpectAliveAsync();
        await ExpectUnhurtAsync();
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(1060668534)]
    [InlineData(null)]
    public async Task Damaged_envelopes_are_answered_and_end_nothing(int? fixedSeed)
    {
        var random = Seeded(fixedSeed);
        await using var client = await WireClient.ConnectAsync(_server.EndPoint);
        for (var i = 0; i < 3000; i++)
        {
            var input = Mutation.Mutate(Envelopes[random.Next(Envelopes.Length)], Envelopes, random);
            await client.SendTextAsync(input);
            await client.SendAsync("ping", null, $"after-{i}");
            var replies = 0;
            while ((await ReceiveAsync(client, input)).RequestId != $"\"after-{i}\"")
            {
                replies++;
            }
            Assert.True(replies <= 1, $"{replies} replies to {input}");
        }
        await ExpectUnhurtAsync();
    }

    private static async Task<Message> ReceiveAsync(WireClient client, string input)
    {
        try
        {
            return await client.ReceiveAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"After {input}: {e.Message}", e);
        }
    }

    private static async Task ReadToEndAsync(WireClient client, byte[] input)
    {
        try
        {
            while (await client.ReadFrameAsync() is { } frame)
            {
                Assert.True(frame.Opcode != Opcode.Close || frame.CloseCode is 1005 or (>= 1000 and <= 1014 and not 1006 and not 1011) or (>= 3000 and <= 4999), $"{frame}");
                Assert.Equal(0, frame.Rsv);
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"After {Convert.ToHexString(input)}: {e.Message}", e);
        }
    }

    private async Task ExpectUnhurtAsync()
    {
        Assert.False(_server.Run.HasExited);
        Assert.Equal(0, (await _server.MetricsAsync())["gohub_critical_errors_total"]);
        Assert.DoesNotContain("Unhandled", _server.Run.Output, StringComparison.OrdinalIgnoreCase);
        await Eventually.HoldsAsync("no connection is left behind", async () => (await _server.MetricsAsync())["gohub_connected_clients"] <= 1);
    }

    private static Random Seeded(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    private static List<byte[]> Corpus()
    {
        var corpus = Envelopes.Select(e => ClientFrame.Text(e).ToBytes()).ToList();
        corpus.AddRange(Envelopes.Select(e => ClientFrame.Binary(Encoding.UTF8.GetBytes(e)).ToBytes()));
        corpus.AddRange(Envelopes.Select(e => Conformance.Fragmentation.Fragments(Opcode.Text, Encoding.UTF8.GetBytes(e), 4, ClientFrame.Ping("x"))));
        corpus.Add(ClientFrame.Close(1000, "bye").ToBytes());
        corpus.Add(ClientFrame.Ping("payload").ToBytes());
        corpus.Add(ClientFrame.Pong("payload").ToBytes());
        corpus.Add(ClientFrame.Text(new string('x', 300)).ToBytes());
        corpus.Add(ClientFrame.Text(new string('x', 65_536)).ToBytes());
        corpus.Add((ClientFrame.Text("") with { LengthBytes = 8 }).ToBytes());
        return corpus;
    }
}
