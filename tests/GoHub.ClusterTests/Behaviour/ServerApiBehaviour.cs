namespace GoHub.ClusterTests.Behaviour;

/// <summary>What server code sees and does through <see cref="IGoHub"/>: the same on every node, wherever the connections are.</summary>
public abstract class ServerApiBehaviour(BehaviourCluster cluster) : BehaviourTest(cluster)
{
    private IGoHub HubA => Cluster.A.Hub;

    private IGoHub HubB => Cluster.B.Hub;

    [Fact]
    public async Task A_connection_is_put_into_a_room_and_taken_out_from_any_node()
    {
        await A.CreateAsync(Room);
        Assert.Equal(RoomResult.Ok, await HubA.Room(Room).JoinAsync(B.Id, Cancelled));
        Assert.Equal(RoomResult.AlreadyInRoom, await HubA.Room(Room).JoinAsync(B.Id, Cancelled));
        Assert.Equal(RoomResult.Ok, await HubB.Room(Room).JoinAsync(A.Id, Cancelled));
        await A.SayAsync(Room, "hi");
        await B.HearsAsync(Room, A, "hi");
        Assert.Equal(RoomResult.Ok, await HubA.Room(Room).LeaveAsync(B.Id, Cancelled));
        Assert.Equal(RoomResult.NotInRoom, await HubA.Room(Room).LeaveAsync(B.Id, Cancelled));
        await A.SayAsync(Room, "gone?");
        await B.HearsNothingFromAsync(A);
        Assert.Equal([A.Id], await B.MembersAsync(Room));
    }

    [Fact]
    public async Task A_kicked_connection_is_told_and_the_others_hear_it_no_more()
    {
        await BothJoinAsync();
        Assert.Equal(RoomResult.Ok, await HubA.Room(Room).KickAsync(B.Id, "be nice", Cancelled));
        var told = await B.Wire.ExpectAsync("room_left");
        Assert.Equal((Room, "kicked", "be nice"), (told.Text("room_id"), told.Text("status"), told.Text("reason")));
        Assert.Equal(RoomResult.NotInRoom, await HubA.Room(Room).KickAsync(B.Id, "again", Cancelled));
        await B.RefusedAsync(3003, "room_message", new { room_id = Room, content = 1 });
        Assert.Equal(RoomResult.Ok, await HubB.Room(Room).KickAsync(A.Id, cancellationToken: Cancelled));
        Assert.False((await A.Wire.ExpectAsync("room_left")).Data.TryGetProperty("reason", out _));
    }

    [Fact]
    public async Task A_connection_that_is_nowhere_or_a_room_that_is_not_there_is_named_so()
    {
        await A.CreateAsync(Room);
        await using var gone = await Caller.ConnectAsync(Cluster.B);
        await gone.CloseAsync();
        await Eventually.HoldsAsync("the connection is gone", async () => await HubB.Connections.GetAsync(gone.Id) is null);
        foreach (var nobody in new[] { gone.Id, "nobody", new('A', 32) })
        {
            Assert.Equal(RoomResult.ConnectionNotFound, await HubA.Room(Room).JoinAsync(nobody, Cancelled));
            Assert.Equal(RoomResult.ConnectionNotFound, await HubA.Room(Room).LeaveAsync(nobody, Cancelled));
            Assert.Equal(RoomResult.ConnectionNotFound, await HubA.Room(Room).KickAsync(nobody, "", Cancelled));
        }
        foreach (var id in new[] { A.Id, B.Id })
        {
            Assert.Equal(RoomResult.NotFound, await HubA.Room(Room + "-not").JoinAsync(id, Cancelled));
            Assert.Equal(RoomResult.NotFound, await HubA.Room(Room + "-not").LeaveAsync(id, Cancelled));
            Assert.Equal(RoomResult.NotFound, await HubA.Room(Room + "-not").KickAsync(id, "", Cancelled));
        }
    }

    [Fact]
    public async Task A_limit_holds_for_joins_from_server_code_too()
    {
        await A.CreateAsync(Room, 1);
        Assert.Equal(RoomResult.Ok, await HubA.Room(Room).JoinAsync(B.Id, Cancelled));
        Assert.Equal(RoomResult.Full, await HubB.Room(Room).JoinAsync(A.Id, Cancelled));
        Assert.Equal(RoomResult.Full, await HubA.Room(Room).JoinAsync(A.Id, Cancelled));
    }

    [Fact]
    public async Task Binary_stays_binary_and_text_stays_text_for_every_kind_of_receiver()
    {
        await BothJoinAsync();
        byte[] bytes = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7))];
        var text = Encoding.UTF8.GetBytes("no envelope: é😀 \0");
        foreach (var hub in new[] { HubA, HubB })
        {
            await ExpectBothAsync(hub.Room(Room).SendBinaryAsync(bytes, Cancelled), Opcode.Binary, bytes, A, B);
            await ExpectBothAsync(hub.Room(Room).SendRawAsync(text, Cancelled), Opcode.Text, text, A, B);
            await ExpectBothAsync(hub.Room(Room).Except(A.Id).SendBinaryAsync(bytes, Cancelled), Opcode.Binary, bytes, B);
            await ExpectBothAsync(hub.All.SendBinaryAsync(bytes, Cancelled), Opcode.Binary, bytes, A, B);
            await ExpectBothAsync(hub.All.SendRawAsync(text, Cancelled), Opcode.Text, text, A, B);
            await ExpectBothAsync(hub.User(B.User!).SendBinaryAsync(bytes, Cancelled), Opcode.Binary, bytes, B);
            await ExpectBothAsync(hub.Connection(A.Id).SendBinaryAsync(bytes, Cancelled), Opcode.Binary, bytes, A);
            await ExpectBothAsync(hub.Connection(B.Id).SendRawAsync(text, Cancelled), Opcode.Text, text, B);
            await ExpectBothAsync(hub.Connection(B.Id).SendBinaryAsync(Array.Empty<byte>(), Cancelled), Opcode.Binary, [], B);
        }
        foreach (var client in new[] { A, B })
        {
            await client.HearsNothingFromAsync(client == A ? B : A);
        }

        static async Task ExpectBothAsync<T>(ValueTask<T> sending, int opcode, byte[] expected, params Caller[] receivers)
        {
            await sending;
            foreach (var receiver in receivers)
            {
                var frame = await receiver.Wire.ReadMessageAsync();
                Assert.NotNull(frame);
                Assert.Equal(opcode, frame.Opcode);
                Assert.Equal(expected, frame.Payload);
            }
        }
    }

    [Fact]
    public async Task A_broadcast_reaches_everybody_but_the_one_who_is_left_out()
    {
        await using var c = await Caller.ConnectAsync(Cluster.B);
        var sent = await HubA.All.SendAsync("news", new Dictionary<string, int> { ["n"] = 1 }, Cancelled);
        Assert.Equal(Cluster.IsCluster ? BusStatus.Published : BusStatus.None, sent.Bus);
        foreach (var client in new[] { A, B, c })
        {
            Assert.Equal(1, (await client.Wire.ExpectAsync("news")).Data.GetProperty("n").GetInt32());
        }
        await HubA.All.Except(B.Id).SendAsync("news", new Dictionary<string, int> { ["n"] = 2 }, Cancelled);
        await HubB.All.Except(A.Id).SendAsync("news", new Dictionary<string, int> { ["n"] = 3 }, Cancelled);
        Assert.Equal(2, (await A.Wire.ExpectAsync("news")).Data.GetProperty("n").GetInt32());
        Assert.Equal(3, (await B.Wire.ExpectAsync("news")).Data.GetProperty("n").GetInt32());
        int[] both = [(await c.Wire.ExpectAsync("news")).Data.GetProperty("n").GetInt32(), (await c.Wire.ExpectAsync("news")).Data.GetProperty("n").GetInt32()];
        Assert.Equal([2, 3], both.Order());
        await A.HearsNothingFromAsync(B);
        await B.HearsNothingFromAsync(A);
    }

    [Fact]
    public async Task A_message_to_one_is_delivered_or_nobody_is_there()
    {
        var json = "{}"u8.ToArray();
        foreach (var hub in new[] { HubA, HubB })
        {
            foreach (var client in new[] { A, B })
            {
                Assert.Equal(SendResult.Delivered, await hub.User(client.User!).SendJsonAsync("x", json, Cancelled));
                Assert.Equal(SendResult.Delivered, await hub.Connection(client.Id).SendJsonAsync("y", json, Cancelled));
                await client.Wire.ExpectAsync("x");
                await client.Wire.ExpectAsync("y");
            }
            Assert.Equal(SendResult.Offline, await hub.User(Name("nobody")).SendJsonAsync("x", json, Cancelled));
            Assert.Equal(SendResult.Offline, await hub.Connection("nobody").SendJsonAsync("x", json, Cancelled));
            Assert.Equal(SendResult.Offline, await hub.Connection(new string('A', 32)).SendJsonAsync("x", json, Cancelled));
        }
    }

    [Fact]
    public async Task A_user_is_disconnected_everywhere()
    {
        await using var twin = await Caller.ConnectAsync(Cluster.A, B.User);
        var closed = await HubA.User(B.User!).DisconnectAsync(GoHubCloseCode.Forbidden, "out", Cancelled);
        Assert.Equal((2, false), (closed.Value, closed.IsPartial));
        foreach (var client in new[] { B, twin })
        {
            Assert.Equal("out", (await client.Wire.ExpectCloseAsync((int)GoHubCloseCode.Forbidden)).CloseReason);
        }
        Assert.Equal(0, (await HubA.User(B.User!).DisconnectAsync(cancellationToken: Cancelled)).Value);
        await A.Wire.ExpectAliveAsync();
    }

    [Fact]
    public async Task A_connection_is_disconnected_wherever_it_is()
    {
        await using var twin = await Caller.ConnectAsync(Cluster.B, B.User);
        Assert.Equal(1, (await HubA.Connection(B.Id).DisconnectAsync(GoHubCloseCode.Normal, "bye", Cancelled)).Value);
        await B.Wire.ExpectCloseAsync(1000);
        Assert.Equal(1, (await HubB.Connection(A.Id).DisconnectAsync(GoHubCloseCode.Normal, "bye", Cancelled)).Value);
        await A.Wire.ExpectCloseAsync(1000);
        Assert.Equal(0, (await HubB.Connection("nobody").DisconnectAsync(cancellationToken: Cancelled)).Value);
        await twin.Wire.ExpectAliveAsync();
    }

    [Fact]
    public async Task Revoked_tokens_are_void_everywhere_and_later_ones_are_good()
    {
        var token = TestTokens.For(Name("carol"), TestTokens.Everything);
        await using var onA = await Cluster.A.ConnectAsync(Handshake.WithToken(token));
        await using var onB = await Cluster.B.ConnectAsync(Handshake.WithToken(token));
        var closed = await HubA.User(Name("carol")).RevokeTokensAsync("stolen", cancellationToken: Cancelled);
        Assert.Equal((2, false), (closed.Value, closed.IsPartial));
        Assert.Equal("stolen", (await onA.ExpectCloseAsync(4401)).CloseReason);
        Assert.Equal("stolen", (await onB.ExpectCloseAsync(4401)).CloseReason);
        foreach (var node in new[] { Cluster.A, Cluster.B })
        {
            Assert.Equal(401, (await WireClient.RefusalAsync(node.EndPoint, Handshake.WithToken(token))).Status);
        }
        await Eventually.HoldsAsync("a token of a later second is good", async () =>
        {
            await using var later = await WireClient.AskAsync(Cluster.B.EndPoint, Handshake.WithToken(TestTokens.For(Name("carol"), TestTokens.Everything)));
            return later.Response.Status == 101;
        });
    }

    [Fact]
    public async Task One_revoked_token_is_void_everywhere_and_the_users_others_are_good()
    {
        var (stolen, other) = (TestTokens.For(Name("dave"), "join:room"), TestTokens.For(Name("dave"), TestTokens.Everything));
        await using var thief = await Cluster.B.ConnectAsync(Handshake.WithToken(stolen));
        await using var dave = await Cluster.B.ConnectAsync(Handshake.WithToken(other));
        Assert.Equal(1, (await Cluster.A.Tokens.RevokeAsync(stolen, "stolen", Cancelled)).Value);
        await thief.ExpectCloseAsync(4401);
        await dave.ExpectAliveAsync();
        foreach (var node in new[] { Cluster.A, Cluster.B })
        {
            Assert.Equal(401, (await WireClient.RefusalAsync(node.EndPoint, Handshake.WithToken(stolen))).Status);
            await using var again = await node.ConnectAsync(Handshake.WithToken(other));
        }
    }

    [Fact]
    public async Task Connections_are_counted_listed_and_found_on_all_nodes()
    {
        await BothJoinAsync();
        foreach (var hub in new[] { HubA, HubB })
        {
            await Eventually.HoldsAsync("only these are there", async () => await hub.Connections.CountAsync(Cancelled) == 2);
            Assert.False((await hub.Connections.CountAsync(Cancelled)).IsPartial);
            var all = hub.Connections.ListAsync(Cancelled);
            Dictionary<string, ConnectionInfo> found = [];
            await foreach (var connection in all)
            {
                found.Add(connection.ConnectionId, connection);
            }
            Assert.False(all.IsPartial);
            Assert.Equal(new[] { A.Id, B.Id }.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
            foreach (var client in new[] { A, B })
            {
                var one = await hub.Connections.GetAsync(client.Id, Cancelled);
                Assert.NotNull(one);
                foreach (var info in new[] { one, found[client.Id] })
                {
                    Assert.Equal((client.Id, client.User), (info.ConnectionId, info.UserId));
                    Assert.Equal([Room], info.Rooms);
                    Assert.Contains("admin:room", info.Permissions);
                    Assert.InRange((TimeProvider.System.GetUtcNow() - info.ConnectedAt).TotalSeconds, -1, 60);
                }
            }
            Assert.Null(await hub.Connections.GetAsync("nobody", Cancelled));
            Assert.Null(await hub.Connections.GetAsync(new string('A', 32), Cancelled));
        }
    }

    [Fact]
    public async Task Rooms_are_created_found_listed_counted_and_deleted_on_any_node()
    {
        Assert.Equal(RoomResult.Ok, await HubA.Rooms.CreateAsync(Room, new RoomSettings { Name = "A room", MaxClients = 7 }, Cancelled));
        Assert.Equal(RoomResult.AlreadyExists, await HubB.Rooms.CreateAsync(Room, cancellationToken: Cancelled));
        await A.JoinAsync(Room);
        await B.JoinAsync(Room);
        foreach (var hub in new[] { HubA, HubB })
        {
            Assert.Equal(new RoomInfo(Room, "A room", 7, 2), await hub.Rooms.GetAsync(Room, Cancelled));
            Assert.Null(await hub.Rooms.GetAsync(Room + "-not", Cancelled));
            var listed = new List<RoomInfo>();
            await foreach (var room in hub.Rooms.ListAsync(Cancelled))
            {
                listed.Add(room);
            }
            Assert.Equal([new RoomInfo(Room, "A room", 7, 2)], listed.Where(r => r.RoomId == Room));
            Assert.Equal(listed.Count, (await hub.Rooms.CountAsync(Cancelled)).Value);
        }
        Assert.Equal(RoomResult.Ok, await HubB.Rooms.DeleteAsync(Room, Cancelled));
        Assert.Equal(RoomResult.NotFound, await HubA.Rooms.DeleteAsync(Room, Cancelled));
        await A.Wire.ExpectAsync("room_deleted");
        await B.Wire.ExpectAsync("room_deleted");
    }

    [Fact]
    public async Task Presence_counts_users_once_and_connections_all()
    {
        await BothJoinAsync();
        await using var twin = await Caller.ConnectAsync(Cluster.A, B.User);
        await using var stranger = await Caller.ConnectAsync(Cluster.B);
        await twin.JoinAsync(Room);
        await stranger.JoinAsync(Room);
        foreach (var hub in new[] { HubA, HubB })
        {
            var presence = await hub.Room(Room).PresenceAsync(Cancelled);
            Assert.Equal((2, 4, false), (presence.Users, presence.Connections, presence.IsPartial));
            var members = new List<RoomMember>();
            await foreach (var member in hub.Room(Room).MembersAsync(Cancelled))
            {
                members.Add(member);
            }
            Assert.Equal(
                new[] { new RoomMember(A.Id, A.User), new(B.Id, B.User), new(twin.Id, B.User), new(stranger.Id, null) }.OrderBy(m => m.ConnectionId, StringComparer.Ordinal),
                members.OrderBy(m => m.ConnectionId, StringComparer.Ordinal));
            Assert.Equal((0, 0), ((await hub.Room(Room + "-not").PresenceAsync(Cancelled)).Users, (await hub.Room(Room + "-not").PresenceAsync(Cancelled)).Connections));
        }
    }

    [Fact]
    public async Task Each_node_knows_the_nodes()
    {
        foreach (var (hub, name) in new[] { (HubA, "a"), (HubB, Cluster.IsCluster ? "b" : "a") })
        {
            Assert.True(hub.Nodes.IsConnected);
            Assert.Equal(Cluster.Nodes, hub.Nodes.Count);
            Assert.Equal(name, hub.Nodes.Self.Name);
            Assert.Equal(Cluster.IsCluster ? ["a", "b"] : ["a"], hub.Nodes.List().Select(n => n.Name).Order());
            Assert.Equal(hub.Nodes.Self.NodeId, hub.Nodes.List()[0].NodeId);
            await Eventually.HoldsAsync("all are ready and their connections are counted", () =>
                hub.Nodes.List().All(n => n.Status == NodeStatus.Ready) && hub.Nodes.List().Sum(n => n.Connections) == 2);
        }
    }

    [Fact]
    public async Task Events_are_told_once_on_the_node_where_they_happen()
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<(string Node, GoHubEvent Event)>();
        using var onA = HubA.Events.On<GoHubEvent>(e => told.Enqueue(("a", e)));
        using var onB = Cluster.IsCluster ? HubB.Events.On<GoHubEvent>(e => told.Enqueue(("b", e))) : null;
        var b = Cluster.IsCluster ? "b" : "a";
        await BothJoinAsync();
        await A.SayAsync(Room, "hi");
        await B.HearsAsync(Room, A, "hi");
        Assert.Equal(RoomResult.Ok, await HubA.Room(Room).KickAsync(B.Id, "", Cancelled));
        Assert.Equal(RoomResult.Ok, await HubB.Rooms.DeleteAsync(Room, Cancelled));
        await Eventually.HoldsAsync("the last is told", () => told.Any(t => t.Event is RoomDeletedEvent));
        await Eventually.HoldsAsync("the leave is told", () => told.Any(t => t.Event is RoomLeftEvent { ConnectionId: var id } && id == B.Id));
        Assert.Single(told, t => t.Event is RoomCreatedEvent created && created.RoomId == Room && t.Node == "a");
        Assert.Single(told, t => t.Event is RoomCreatedEvent);
        Assert.Single(told, t => t.Event is RoomDeletedEvent && t.Node == b);
        Assert.Single(told, t => t.Event is RoomDeletedEvent);
        Assert.Single(told, t => t.Event is RoomJoinedEvent joined && joined.ConnectionId == A.Id && t.Node == "a");
        Assert.Single(told, t => t.Event is RoomJoinedEvent joined && joined.ConnectionId == B.Id && t.Node == b);
        Assert.Single(told, t => t.Event is RoomLeftEvent left && left.ConnectionId == B.Id && t.Node == b);
        Assert.Single(told, t => t.Event is RoomMessageEvent message && message.RoomId == Room && t.Node == "a");
        Assert.Single(told, t => t.Event is RoomMessageEvent);
    }
}

public sealed class ServerApiOnOneNode(OneNode cluster) : ServerApiBehaviour(cluster), IClassFixture<OneNode>;

public sealed class ServerApiInProcess(TwoInProcess cluster) : ServerApiBehaviour(cluster), IClassFixture<TwoInProcess>;

public sealed class ServerApiWithNats(TwoOnNats cluster) : ServerApiBehaviour(cluster), IClassFixture<TwoOnNats>;

public sealed class ServerApiWithRedis(TwoOnRedis cluster) : ServerApiBehaviour(cluster), IClassFixture<TwoOnRedis>;
