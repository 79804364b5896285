namespace GoHub.ClusterTests.Behaviour;

/// <summary>What two clients see of rooms and messages, the same whether they are on one node or on two, and whatever joins these.</summary>
public abstract class ClusterBehaviour(BehaviourCluster cluster) : BehaviourTest(cluster)
{
    [Fact]
    public async Task A_room_created_on_one_node_is_joined_on_the_other_and_both_show_its_members()
    {
        await BothJoinAsync();
        string[] members = [.. new[] { A.Id, B.Id }.Order(StringComparer.Ordinal)];
        Assert.Equal(members, await A.MembersAsync(Room));
        Assert.Equal(members, await B.MembersAsync(Room));
    }

    [Fact]
    public async Task A_room_message_reaches_every_other_member_once_and_not_its_sender()
    {
        await BothJoinAsync();
        await using var c = await Caller.ConnectAsync(Cluster.A);
        await using var d = await Caller.ConnectAsync(Cluster.B);
        await using var outsider = await Caller.ConnectAsync(Cluster.B);
        await c.JoinAsync(Room);
        await d.JoinAsync(Room);
        foreach (var sender in new[] { A, B, c, d })
        {
            await sender.SayAsync(Room, $"from {sender.Id}");
            foreach (var other in new[] { A, B, c, d }.Where(o => o != sender))
            {
                await other.HearsAsync(Room, sender, $"from {sender.Id}");
            }
        }
        foreach (var client in new[] { A, B, c, d, outsider })
        {
            await client.HearsNothingFromAsync(client == A ? B : A);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("false")]
    [InlineData("\"\"")]
    [InlineData("12345678901234567890123.50")]
    [InlineData("""{"a":[1,{"b":"\u00e9\ud83d\ude00 \" \\ \u0000"}],"a":2}""")]
    [InlineData("\"é😀\"")]
    public async Task Content_comes_as_it_was_written(string json)
    {
        await BothJoinAsync();
        await A.Wire.SendTextAsync($$$"""{"message_type":"room_message","data":{"room_id":"{{{Room}}}","content":{{{json}}}}}""");
        Assert.Equal(json, (await B.Wire.ExpectAsync("room_message")).Data.GetProperty("content").GetRawText());
    }

    [Fact]
    public async Task A_message_of_sixty_thousand_bytes_comes_whole()
    {
        await BothJoinAsync();
        var text = string.Concat(Enumerable.Range(0, 60_000).Select(i => (char)('a' + i % 26)));
        await B.SayAsync(Room, text);
        await A.HearsAsync(Room, B, text);
    }

    [Fact]
    public async Task Messages_of_one_sender_come_in_order_and_none_is_lost()
    {
        const int Count = 400;
        await BothJoinAsync();
        await using var c = await Caller.ConnectAsync(Cluster.B);
        await c.JoinAsync(Room);
        for (var i = 0; i < Count; i++)
        {
            await A.Wire.SendAsync("room_message", new { room_id = Room, content = $"{i}" });
        }
        for (var i = 0; i < Count; i++)
        {
            await B.HearsAsync(Room, A, $"{i}");
            await c.HearsAsync(Room, A, $"{i}");
        }
    }

    [Fact]
    public async Task An_acknowledged_room_message_says_how_far_it_went()
    {
        await BothJoinAsync();
        var ack = await A.SayAsync(Room, "hi");
        Assert.Equal("ok", ack.Text("status"));
        Assert.Equal(Cluster.IsCluster ? "bus" : null, ack.Data.TryGetProperty("level", out var level) ? level.GetString() : null);
    }

    [Fact]
    public async Task A_direct_message_reaches_a_connection_by_its_id_and_no_other()
    {
        await using var twin = await Caller.ConnectAsync(Cluster.B, B.User);
        await A.TellAsync(B.Id, "psst");
        var message = await B.Wire.ExpectAsync("direct_message");
        Assert.Equal(("psst", A.User, A.Id), (message.Text("content"), message.Text("sender_id"), message.ClientId));
        await twin.HearsNothingFromAsync(A);
    }

    [Fact]
    public async Task A_direct_message_reaches_every_connection_of_a_user_on_every_node()
    {
        await using var twin = await Caller.ConnectAsync(Cluster.A, B.User);
        foreach (var sender in new[] { A, B, twin })
        {
            await sender.Wire.SendAsync("direct_message", new { target_id = B.User, content = sender.Id }, 9);
            foreach (var receiver in new[] { B, twin })
            {
                // A sender that is a receiver too gets the message and the ack in either order.
                var message = await receiver.Wire.ReceiveAsync();
                message = message.Type == "ack" ? await receiver.Wire.ReceiveAsync() : message;
                Assert.Equal(sender.Id, message.Text("content"));
            }
            if (sender == A)
            {
                await sender.Wire.ExpectAsync("ack");
            }
        }
    }

    [Fact]
    public async Task A_direct_message_to_nobody_is_answered_4000()
    {
        await using var gone = await Caller.ConnectAsync(Cluster.B, Name("carol"));
        await gone.CloseAsync();
        await Eventually.HoldsAsync("the connection is gone", async () => await Cluster.B.Hub.Connections.GetAsync(gone.Id) is null);
        string[] nobody = [gone.Id, Name("carol"), Name("nobody"), new('A', 32), new('_', 32), "a b*>.\r\n😀", new('x', 256)];
        foreach (var target in nobody)
        {
            await A.RefusedAsync(4000, "direct_message", new { target_id = target, content = 1 });
        }
    }

    [Fact]
    public async Task A_room_exists_once_whoever_created_it()
    {
        await A.CreateAsync(Room);
        await B.RefusedAsync(3001, "create_room", new { room_id = Room });
        await A.RefusedAsync(3001, "create_room", new { room_id = Room });
    }

    [Fact]
    public async Task Of_two_who_create_a_room_at_the_same_time_at_most_one_does()
    {
        var created = 0;
        for (var i = 0; i < 20; i++)
        {
            var room = $"{Room}-{i}";
            await Task.WhenAll(A.Wire.SendAsync("create_room", new { room_id = room }), B.Wire.SendAsync("create_room", new { room_id = room }));
            var answers = await Task.WhenAll(A.Wire.ReceiveAsync(), B.Wire.ReceiveAsync());
            var won = answers.Count(a => a.Type == "room_created");
            Assert.InRange(won, 0, 1);
            Assert.All(answers.Where(a => a.Type != "room_created"), a => Assert.Equal(3001, a.ErrorCode));
            created += won;
            if (won == 0)
            {
                // Both gave way; whoever tries again succeeds.
                await A.CreateAsync(room);
            }
            await B.JoinAsync(room);
        }
        Assert.InRange(created, 1, 20);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_the_same_codes()
    {
        foreach (var client in new[] { A, B })
        {
            await client.RefusedAsync(3000, "join_room", new { room_id = Room });
            await client.RefusedAsync(3000, "leave_room", new { room_id = Room });
            await client.RefusedAsync(3000, "room_message", new { room_id = Room, content = 1 });
            await client.RefusedAsync(3000, "room_members", new { room_id = Room });
            await client.RefusedAsync(3000, "delete_room", new { room_id = Room });
        }
        await A.CreateAsync(Room);
        await A.JoinAsync(Room);
        await B.RefusedAsync(3003, "leave_room", new { room_id = Room });
        await B.RefusedAsync(3003, "room_message", new { room_id = Room, content = 1 });
        await B.JoinAsync(Room);
        await B.RefusedAsync(3004, "join_room", new { room_id = Room });
        await A.RefusedAsync(3004, "join_room", new { room_id = Room });
    }

    [Fact]
    public async Task A_full_room_is_full_everywhere_until_somebody_leaves()
    {
        await A.CreateAsync(Room, 1);
        await A.JoinAsync(Room);
        await B.RefusedAsync(3002, "join_room", new { room_id = Room });
        await A.LeaveAsync(Room);
        await JoinEventuallyAsync(B);
        await A.RefusedAsync(3002, "join_room", new { room_id = Room });
        await B.CloseAsync();
        await JoinEventuallyAsync(A);

        async Task JoinEventuallyAsync(Caller client)
        {
            // A seat is given back soon after a leave, not with it.
            await Eventually.HoldsAsync("there is a seat", async () =>
            {
                await client.Wire.SendAsync("join_room", new { room_id = Room });
                var answer = await client.Wire.ReceiveAsync();
                Assert.True(answer.Type == "room_joined" || answer.ErrorCode == 3002, $"{answer}");
                return answer.Type == "room_joined";
            });
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_forty_who_want_ten_seats_exactly_ten_get_one(int round)
    {
        var room = $"{Room}-{round}";
        await A.CreateAsync(room, 10);
        var clients = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Caller.ConnectAsync(i % 2 == 0 ? Cluster.A : Cluster.B)));
        var answers = await Task.WhenAll(clients.Select(async client =>
        {
            await client.Wire.SendAsync("join_room", new { room_id = room });
            return await client.Wire.ReceiveAsync();
        }));
        Assert.All(answers.Where(a => a.Type != "room_joined"), a => Assert.Equal(3002, a.ErrorCode));
        Assert.Equal(10, answers.Count(a => a.Type == "room_joined"));
        Assert.Equal(clients.Where((_, i) => answers[i].Type == "room_joined").Select(c => c.Id).Order(StringComparer.Ordinal), await B.MembersAsync(room));
        await Task.WhenAll(clients.Select(c => c.CloseAsync()));
        await Eventually.HoldsAsync("all seats are free", async () => (await A.MembersAsync(room)).Length == 0);
    }

    [Fact]
    public async Task Who_leaves_hears_no_more_and_is_shown_no_more()
    {
        await BothJoinAsync();
        await B.LeaveAsync(Room);
        Assert.Equal([A.Id], await A.MembersAsync(Room));
        await A.SayAsync(Room, "still here?");
        await B.HearsNothingFromAsync(A);
        await B.JoinAsync(Room);
        await A.SayAsync(Room, "welcome back");
        await B.HearsAsync(Room, A, "welcome back");
    }

    [Fact]
    public async Task Who_closes_is_gone_from_the_members_on_every_node()
    {
        await BothJoinAsync();
        await A.CloseAsync();
        await Eventually.HoldsAsync("only B is left", async () => (await B.MembersAsync(Room)).SequenceEqual([B.Id]));
    }

    [Fact]
    public async Task Who_dies_is_gone_from_the_members_on_every_node()
    {
        await BothJoinAsync();
        A.Wire.Reset();
        await Eventually.HoldsAsync("only B is left", async () => (await B.MembersAsync(Room)).SequenceEqual([B.Id]));
    }

    [Fact]
    public async Task A_room_deleted_on_one_node_is_gone_on_every_node_and_its_members_are_told()
    {
        await BothJoinAsync();
        await using var c = await Caller.ConnectAsync(Cluster.A);
        await c.JoinAsync(Room);
        await B.AskAsync("delete_room", new { room_id = Room }, "room_deleted");
        foreach (var member in new[] { A, c })
        {
            var told = await member.Wire.ExpectAsync("room_deleted");
            Assert.Equal(Room, told.Text("room_id"));
            Assert.Null(told.RequestId);
        }
        foreach (var client in new[] { A, B })
        {
            await client.RefusedAsync(3000, "join_room", new { room_id = Room });
            await client.RefusedAsync(3000, "room_message", new { room_id = Room, content = 1 });
            Assert.Null(await client.ListedAsync(Room));
        }
        // The same name is another room.
        await B.CreateAsync(Room, 1);
        await A.JoinAsync(Room);
        Assert.Equal([A.Id], await B.MembersAsync(Room));
        Assert.Equal(1, (await A.ListedAsync(Room))!.Value.GetProperty("max_clients").GetInt32());
    }

    [Fact]
    public async Task A_room_can_be_made_and_deleted_again_and_again_from_any_node()
    {
        for (var i = 0; i < 10; i++)
        {
            var (one, other) = i % 2 == 0 ? (A, B) : (B, A);
            await one.CreateAsync(Room, i);
            await other.JoinAsync(Room);
            await one.JoinAsyncUnlessFull(Room, i == 1);
            await other.AskAsync("delete_room", new { room_id = Room }, "room_deleted");
            if (i != 1)
            {
                await one.Wire.ExpectAsync("room_deleted");
            }
            await one.RefusedAsync(3000, "join_room", new { room_id = Room });
        }
    }

    [Fact]
    public async Task The_list_of_rooms_shows_name_limit_and_the_members_of_all_nodes()
    {
        await A.CreateAsync(Room, 5);
        await A.JoinAsync(Room);
        await B.JoinAsync(Room);
        foreach (var client in new[] { A, B })
        {
            var room = await client.ListedAsync(Room);
            Assert.NotNull(room);
            Assert.Equal((Caller.NameOf(Room), 5, 2), (room.Value.GetProperty("name").GetString(), room.Value.GetProperty("max_clients").GetInt32(), room.Value.GetProperty("members").GetInt32()));
        }
    }

    [Fact]
    public async Task A_member_of_several_rooms_hears_each_from_its_own()
    {
        string[] rooms = [Room, $"{Room}-2", $"{Room}-3"];
        foreach (var room in rooms)
        {
            await A.CreateAsync(room);
            await A.JoinAsync(room);
            await B.JoinAsync(room);
        }
        await A.LeaveAsync(rooms[1]);
        foreach (var room in rooms)
        {
            await B.SayAsync(room, room);
        }
        await A.HearsAsync(rooms[0], B, rooms[0]);
        await A.HearsAsync(rooms[2], B, rooms[2]);
    }

    [Fact]
    public async Task Hostile_names_are_rooms_and_users_like_others()
    {
        string[] names = ["a b", "*", ">", ".", "a.*", "a.>", "x\r\nPUB y 1\r\nz", "\u0000", "{tag}", "😀", "é", "e\u0301", "[ab]", "a?", "$SYS", "~", new('n', 256), new('n', 255)];
        foreach (var name in names)
        {
            var room = name.Length > 200 ? name : name + Room;
            await A.CreateAsync(room);
            await A.JoinAsync(room);
            await B.JoinAsync(room);
        }
        foreach (var name in names)
        {
            var room = name.Length > 200 ? name : name + Room;
            await B.SayAsync(room, $"in {room}");
            await A.HearsAsync(room, B, $"in {room}");
        }
        foreach (var name in names.Where(n => n.Length < 200))
        {
            var user = name + Room;
            await using var guest = await Caller.ConnectAsync(Cluster.B, user);
            await A.TellAsync(user, user);
            Assert.Equal(user, (await guest.Wire.ExpectAsync("direct_message")).Text("content"));
        }
        foreach (var name in names.Where(n => n.Length > 200))
        {
            await A.AskAsync("delete_room", new { room_id = name }, "room_deleted");
            await B.Wire.ExpectAsync("room_deleted");
        }
    }
}

/// <summary>Steps of one test.</summary>
internal static class Steps
{
    public static async Task JoinAsyncUnlessFull(this Caller client, string room, bool full)
    {
        if (full)
        {
            await client.RefusedAsync(3002, "join_room", new { room_id = room });
        }
        else
        {
            await client.JoinAsync(room);
        }
    }
}

public sealed class OnOneNode(OneNode cluster) : ClusterBehaviour(cluster), IClassFixture<OneNode>;

public sealed class OnTwoNodesInProcess(TwoInProcess cluster) : ClusterBehaviour(cluster), IClassFixture<TwoInProcess>;

public sealed class OnTwoNodesWithNats(TwoOnNats cluster) : ClusterBehaviour(cluster), IClassFixture<TwoOnNats>;

public sealed class OnTwoNodesWithRedis(TwoOnRedis cluster) : ClusterBehaviour(cluster), IClassFixture<TwoOnRedis>;

public sealed class OnTwoNodesWithShardedRedis(TwoOnShardedRedis cluster) : ClusterBehaviour(cluster), IClassFixture<TwoOnShardedRedis>;
