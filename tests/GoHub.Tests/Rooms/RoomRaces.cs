using GoHub.Connections;
using GoHub.Rooms;

namespace GoHub.Tests.Rooms;

/// <summary>Operations on one room that really happen at the same time, many times over; what must hold is looked at when all is quiet.</summary>
public sealed class RoomRaces : IAsyncDisposable
{
    private const int Rounds = 400;
    private const int FlapRounds = 500;
    private const int Flaps = 1500;

    private readonly Node _node = new(o => o.Rooms.AutoCreate = true);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Join_WhenManyRaceForTheLastPlaces_NeverExceedsTheCapacity(int capacity)
    {
        const int Threads = 4;
        for (var round = 0; round < Rounds; round++)
        {
            var id = "r" + round;
            _node.Rooms.Create(id, id, capacity);
            var clients = Enumerable.Range(0, Threads * 2).Select(_ => _node.Connect().Connection).ToArray();
            var results = new RoomResult[clients.Length];
            await Waiting.InParallel(Threads, t =>
            {
                for (var i = t; i < clients.Length; i += Threads)
                {
                    results[i] = _node.Rooms.Join(id, clients[i]);
                }
            });

            Assert.Equal(capacity, results.Count(r => r == RoomResult.Ok));
            Assert.Equal(clients.Length - capacity, results.Count(r => r == RoomResult.Full));
            Assert.Equal(capacity, _node.Rooms.Find(id)!.Count);
            Assert.Equal(capacity, clients.Count(c => c.Rooms.Contains(id)));
        }
    }

    [Fact]
    public async Task Join_RacingTheEndOfTheConnection_LeavesNoGhost()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var client = _node.Connect().Connection;
            await Waiting.InParallel(2, t =>
            {
                if (t == 0)
                {
                    _node.Rooms.Join("room", client);
                }
                else
                {
                    _node.Disconnect(client);
                }
            });

            Assert.Empty(client.Rooms);
            Assert.Null(_node.Rooms.Find("room"));
            Assert.Equal(0, _node.Rooms.Count);
            Assert.Equal(RoomResult.ConnectionNotFound, _node.Rooms.Join("room", client));
            Assert.Equal(0, _node.Rooms.Count);
        }
    }

    [Fact]
    public async Task Join_RacingTheDeletionOfTheRoom_LeavesBothSidesAgreeing()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = "r" + round;
            _node.Rooms.Create(id, id, 0);
            var client = _node.Connect().Connection;
            await Waiting.InParallel(2, t => _ = t == 0 ? _node.Rooms.Join(id, client) : _node.Rooms.Delete(id));

            AssertAgreement(id, [client]);
            _node.Disconnect(client);
            Assert.False(_node.Rooms.Find(id)?.Contains(client) == true);
        }
    }

    [Fact]
    public async Task Leave_RacingANewJoinOfTheSameConnection_LeavesNoGhost()
    {
        _node.Rooms.Create("room", "room", 0);
        for (var round = 0; round < FlapRounds; round++)
        {
            var client = _node.Connect().Connection;
            await Flap("room", client);

            AssertAgreement("room", [client]);
            _node.Disconnect(client);
            Assert.Equal(0, _node.Rooms.Find("room")!.Count);
        }
    }

    [Fact]
    public void Leave_WithANewJoinInItsMiddle_LeavesNoGhost()
    {
        _node.Rooms.Create("room", "room", 0);
        var client = _node.Connect().Connection;
        _node.Rooms.Join("room", client);
        var joined = false;
        // Asked in the middle of the leave, where another thread may come between as well.
        using var between = _node.Events.Subscribe<GoHubEvent>(handler: null, wants: type =>
        {
            if (type == typeof(RoomLeftEvent) && !joined)
            {
                joined = true;
                Assert.Equal(RoomResult.Ok, _node.Rooms.Join("room", client));
            }
            return false;
        });

        _node.Rooms.Leave("room", client);

        Assert.True(joined);
        AssertAgreement("room", [client]);
        _node.Disconnect(client);
        Assert.Equal(0, _node.Rooms.Find("room")!.Count);
    }

    [Fact]
    public async Task Leave_RacingANewJoinOfTheSameConnection_KeepsTheRoomOfTheOthers()
    {
        for (var round = 0; round < FlapRounds; round++)
        {
            var id = "r" + round;
            var (resident, client) = (_node.Connect().Connection, _node.Connect().Connection);
            _node.Rooms.Join(id, resident);
            await Flap(id, client);

            Assert.True(_node.Rooms.Find(id)?.Contains(resident) == true, $"Round {round}: the room was forgotten with a member in it.");
            AssertAgreement(id, [resident, client]);
        }
    }

    [Fact]
    public async Task AutomaticRooms_WhenAllComeAndGo_AreGoneAtTheEndAndCountedRight()
    {
        const int Threads = 4;
        var clients = Enumerable.Range(0, Threads).Select(_ => _node.Connect().Connection).ToArray();
        await Waiting.InParallel(Threads, t =>
        {
            for (var i = 0; i < 3000; i++)
            {
                var id = "r" + (i % 3);
                _node.Rooms.Join(id, clients[t]);
                _node.Rooms.Leave(id, clients[t]);
            }
        });

        Assert.Equal(0, _node.Rooms.Count);
        Assert.Empty(_node.Rooms.All);
    }

    [Fact]
    public async Task Create_WhenManyRace_MakesOneRoomAndKeepsTheLimit()
    {
        await using var node = new Node(o => o.Rooms.MaxRooms = 5);
        var created = 0;
        await Waiting.InParallel(4, t =>
        {
            for (var i = 0; i < 50; i++)
            {
                if (node.Rooms.Create("r" + (i % 25), "name", 0) == RoomResult.Ok)
                {
                    Interlocked.Increment(ref created);
                }
            }
        });

        Assert.Equal(5, created);
        Assert.Equal(5, node.Rooms.Count);
        Assert.Equal(5, node.Rooms.All.Count());
    }

    [Fact]
    public async Task Broadcast_WhileMembersComeAndGo_ReachesWhoStaysEachTime()
    {
        var (stays, channel) = _node.Connect();
        _node.Rooms.Join("room", stays);
        var frame = OutboundFrame.Of(FrameOpcode.Text, "x"u8);
        const int Messages = 500;
        await Waiting.InParallel(2, t =>
        {
            var visitor = t == 0 ? null : _node.Connect().Connection;
            for (var i = 0; i < Messages; i++)
            {
                if (visitor is null)
                {
                    _node.Rooms.Find("room")!.Broadcast(frame, except: null);
                    continue;
                }
                _node.Rooms.Join("room", visitor);
                _node.Rooms.Leave("room", visitor);
            }
        });

        Assert.Equal(Messages, channel.SentCount);
    }

    // Two sides move the same connection in and out: its own messages, and the server's API.
    private Task Flap(string id, GoHubConnection client) => Waiting.InParallel(2, t =>
    {
        for (var i = 0; i < Flaps; i++)
        {
            _ = t == 0 ? _node.Rooms.Join(id, client) : _node.Rooms.Leave(id, client);
        }
    });

    private void AssertAgreement(string id, GoHubConnection[] clients)
    {
        var room = _node.Rooms.Find(id);
        foreach (var client in clients)
        {
            Assert.Equal(room?.Contains(client) == true, client.Rooms.Contains(id));
        }
        Assert.Equal(clients.Count(c => c.Rooms.Contains(id)), room?.Count ?? 0);
    }
}
