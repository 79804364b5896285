namespace GoHub.IntegrationTests.Hostile;

/// <summary>Whatever a room or a user is called, its messages reach it and nobody else.</summary>
public sealed class HostileNames(SharedServer server)
{
    // Plain enough that no server may refuse them.
    private static readonly string[] MustWork = ["a b", "*", ">", ".", "a.*", "{tag}", "room/>", "😀", "caf\u00e9", "cafe\u0301", "\"", "admin", "null"];

    [Theory]
    [InlineData(20261122)]
    [InlineData(null)]
    public async Task Rooms_do_not_leak_into_each_other(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        // The same beginning for all, so that twins stay twins and no other test's room is met.
        var prefix = Guid.NewGuid().ToString("N")[..6];
        var names = HostileName.Known.Concat(Enumerable.Range(0, 60).Select(_ => HostileName.Make(random)))
            .Distinct(StringComparer.Ordinal).Where(n => Encoding.UTF8.GetByteCount(n) <= 250).ToArray();

        var rooms = new List<(string Name, WireClient Member)>();
        await using var sender = await server.ConnectAsync();
        foreach (var name in names)
        {
            var member = await server.ConnectAsync();
            if (await JoinsAsync(member, prefix + name, MustWork.Contains(name)))
            {
                Assert.True(await JoinsAsync(sender, prefix + name, true));
                rooms.Add((prefix + name, member));
            }
        }
        foreach (var (name, _) in rooms)
        {
            await sender.SendAsync("room_message", new { room_id = name, content = name }, 1);
            await sender.ExpectAsync("ack");
        }
        foreach (var (name, member) in rooms)
        {
            var message = await member.ExpectAsync("room_message");
            Assert.Equal(name, message.Text("room_id"));
            Assert.Equal(name, message.Text("content"));
            await member.ExpectAliveAsync();
            await member.DisposeAsync();
        }
    }

    [Fact]
    public async Task Users_do_not_get_each_other_s_direct_messages()
    {
        var prefix = Guid.NewGuid().ToString("N")[..6];
        var users = new List<(string Name, WireClient Client)>();
        foreach (var name in HostileName.Known)
        {
            users.Add((prefix + name, await server.ConnectAsync(Handshake.WithToken(TestTokens.For(prefix + name)))));
        }
        await using var sender = await server.ConnectAsync();
        foreach (var (name, _) in users)
        {
            await sender.SendAsync("direct_message", new { target_id = name, content = name }, 1);
            await sender.ExpectAsync("ack");
        }
        foreach (var (name, client) in users)
        {
            Assert.Equal(name, (await client.ExpectAsync("direct_message")).Text("content"));
            await client.ExpectAliveAsync();
            await client.DisposeAsync();
        }
        foreach (var pattern in new[] { "*", prefix + "a*", prefix + "a?", prefix, ">", "" })
        {
            await sender.SendAsync("direct_message", new { target_id = pattern, content = 1 });
            var answer = await sender.ReceiveAsync();
            Assert.True(answer is { Type: "error", ErrorCode: 4000 or 1001 }, $"'{pattern}': {answer}");
        }
    }

    [Theory]
    [InlineData("x", 257)]
    [InlineData("x", 10_000)]
    [InlineData("é", 129)]
    [InlineData("😀", 2_500)]
    public async Task A_name_over_256_bytes_is_refused(string piece, int times)
    {
        await using var client = await server.ConnectAsync();
        var name = string.Concat(Enumerable.Repeat(piece, times));
        foreach (var type in new[] { "join_room", "create_room" })
        {
            await client.SendAsync(type, new { room_id = name });
            await client.ExpectErrorAsync(1001);
        }
        await client.ExpectAliveAsync();
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00x")]
    [InlineData("a\\udfff\\ud800b")]
    public async Task Half_a_surrogate_pair_is_no_name(string escaped)
    {
        await using var client = await server.ConnectAsync();
        await client.SendTextAsync($$$"""{"message_type":"join_room","data":{"room_id":"{{{escaped}}}"}}""");
        await client.ExpectErrorAsync(1001);
        await client.ExpectAliveAsync();
    }

    private static async Task<bool> JoinsAsync(WireClient client, string room, bool must)
    {
        await client.SendAsync("join_room", new { room_id = room });
        var reply = await client.ReceiveAsync();
        if (reply.Type == "room_joined")
        {
            Assert.Equal(room, reply.Text("room_id"));
            return true;
        }
        // Control characters may be refused, but only as a bad format.
        Assert.True(!must && reply.ErrorCode == 1001, $"'{room}': {reply}");
        return false;
    }
}
