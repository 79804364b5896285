using GoHub.ClusterTests.Behaviour;

namespace GoHub.ClusterTests.Rows;

/// <summary>Row 20: names of rooms and users that mean something to a bus mean nothing to it here.</summary>
public sealed class HostileNames
{
    private static readonly string[] Names =
    [
        "a b", "*", ">", ".", "room", "room.*", "room.a", "room.>", "{tag}", "{tag}room", "~", "é", "e\u0301", "ROOM",
        "x\r\nPUB gh1.x 5\r\nhello\r\n", "\u0000", new('x', 256), string.Concat(Enumerable.Repeat("😀", 64)), "..", "-", "_", "a\tb", "$SYS.>", "%2E", "gh1", new('y', 65), "%s%n", "'; --", "\u202e",
    ];

    private static readonly System.Buffers.SearchValues<char> Harmless = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~-");

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Each_message_reaches_the_members_of_its_own_room_and_nobody_else(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus);
        var members = new List<(string Room, Caller A, Caller B)>();
        foreach (var room in Names)
        {
            var (a, b) = (await Caller.ConnectAsync(cluster.A), await Caller.ConnectAsync(cluster.B));
            await Task.WhenAll(a.JoinAsync(room), b.JoinAsync(room));
            members.Add((room, a, b));
        }
        foreach (var (room, a, _) in members)
        {
            Assert.Equal("bus", (await a.SayAsync(room, $"A:{room}")).Text("level"));
        }
        foreach (var (room, a, b) in members)
        {
            // Each message comes alone: what another room's member sent would come first, or in the next one's place.
            await b.HearsAsync(room, a, $"A:{room}");
            Assert.Equal("bus", (await b.SayAsync(room, $"B:{room}")).Text("level"));
        }
        foreach (var (room, a, b) in members)
        {
            await a.HearsAsync(room, b, $"B:{room}");
        }
        foreach (var (room, a, b) in members)
        {
            await a.HearsNothingFromAsync(b);
            await b.HearsNothingFromAsync(a);
            Assert.Equal(new[] { a.Id, b.Id }.Order(StringComparer.Ordinal), await a.MembersAsync(room));
        }
        var subjects = (await cluster.Bus.SubjectsAsync()).Where(s => s.StartsWith("gh1.", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Names.Length, subjects.Count(s => s.StartsWith($"gh1.{cluster.Namespace}.r.", StringComparison.Ordinal)));
        Assert.DoesNotContain(subjects, s => s.AsSpan().ContainsAnyExcept(Harmless));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task A_direct_message_reaches_the_user_it_names_and_nobody_else(string bus)
    {
        await using var cluster = await RowCluster.StartNewAsync(bus);
        await using var sender = await Caller.ConnectAsync(cluster.A, "the sender");
        var users = new List<Caller>();
        foreach (var name in Names.Where(n => n.Length <= 128))
        {
            users.Add(await Caller.ConnectAsync(cluster.B, name));
        }
        foreach (var user in users)
        {
            await sender.TellAsync(user.User!, $"to {user.User}");
        }
        foreach (var user in users)
        {
            Assert.Equal($"to {user.User}", (await user.Wire.ExpectAsync("direct_message")).Text("content"));
        }
        foreach (var user in users)
        {
            await user.HearsNothingFromAsync(sender);
        }
        Assert.DoesNotContain((await cluster.Bus.SubjectsAsync()).Where(s => s.StartsWith("gh1.", StringComparison.Ordinal)), s => s.AsSpan().ContainsAnyExcept(Harmless));
    }
}
