using GoHub.Rooms;

namespace GoHub.Tests.Rooms;

/// <summary>Any sequence of operations does to the rooms what it does to a list of sets.</summary>
public sealed class RoomModelTests
{
    private const int Clients = 4;
    private const int MaxRooms = 3;
    private const int RoomsPerConnection = 2;

    private static readonly Gen<(int What, int Client, string Room, int Size)[]> Operations =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, Clients - 1], Gen.OneOf("a", "b", "c", "d"), Gen.Int[0, 2]).Array[0, 60];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rooms_WhateverIsDone_AreAsTheModelSays(bool autoCreate) => Operations.Sample(operations =>
    {
        var node = new Node(o => (o.Rooms.AutoCreate, o.Rooms.MaxRooms, o.Limits.RoomsPerConnection) = (autoCreate, MaxRooms, RoomsPerConnection));
        var model = new Model(autoCreate);
        var clients = Enumerable.Range(0, Clients).Select(_ => node.Connect().Connection).ToArray();
        foreach (var (what, client, room, size) in operations)
        {
            var connection = clients[client];
            var (expected, actual) = what switch
            {
                0 => (model.Create(room, size), node.Rooms.Create(room, room, size)),
                1 => (model.Delete(room), node.Rooms.Delete(room)),
                2 or 3 => (model.Join(room, client), node.Rooms.Join(room, connection)),
                4 => (model.Leave(room, client), node.Rooms.Leave(room, connection)),
                _ => (model.End(client), End(node, connection)),
            };
            Assert.Equal(expected, actual);
            AssertSame(model, node, clients);
        }
    }, iter: 400);

    private static RoomResult End(Node node, GoHubConnection connection)
    {
        node.Disconnect(connection);
        return RoomResult.Ok;
    }

    private static void AssertSame(Model model, Node node, GoHubConnection[] clients)
    {
        Assert.Equal(model.Rooms.Keys.Order(), node.Rooms.All.Select(r => r.Id).Order());
        Assert.Equal(model.Rooms.Count, node.Rooms.Count);
        foreach (var (id, room) in model.Rooms)
        {
            var real = node.Rooms.Find(id)!;
            Assert.Equal(room.Members.Select(m => clients[m].ConnectionId).Order(), real.Members.Select(m => m.ConnectionId).Order());
            Assert.Equal(room.Members.Count, real.Count);
        }
        for (var i = 0; i < clients.Length; i++)
        {
            Assert.Equal(model.Rooms.Where(r => r.Value.Members.Contains(i)).Select(r => r.Key).Order(), clients[i].Rooms.Order());
        }
    }

    private sealed class Model(bool autoCreate)
    {
        private readonly HashSet<int> _ended = [];

        public Dictionary<string, (int Max, bool Automatic, HashSet<int> Members)> Rooms { get; } = [];

        public RoomResult Create(string id, int max)
        {
            if (Rooms.ContainsKey(id))
            {
                return RoomResult.AlreadyExists;
            }
            if (Rooms.Count == MaxRooms)
            {
                return RoomResult.LimitReached;
            }
            Rooms[id] = (max, false, []);
            return RoomResult.Ok;
        }

        public RoomResult Delete(string id) => Rooms.Remove(id) ? RoomResult.Ok : RoomResult.NotFound;

        public RoomResult Join(string id, int client)
        {
            var isNew = !Rooms.TryGetValue(id, out var room);
            if (isNew)
            {
                if (!autoCreate)
                {
                    return RoomResult.NotFound;
                }
                if (Rooms.Count == MaxRooms)
                {
                    return RoomResult.LimitReached;
                }
                room = (0, true, []);
            }
            if (_ended.Contains(client))
            {
                return RoomResult.ConnectionNotFound;
            }
            if (!room.Members.Contains(client) && Rooms.Count(r => r.Value.Members.Contains(client)) >= RoomsPerConnection)
            {
                return RoomResult.LimitReached;
            }
            if (room.Members.Contains(client))
            {
                return RoomResult.AlreadyInRoom;
            }
            if (room.Max > 0 && room.Members.Count >= room.Max)
            {
                return RoomResult.Full;
            }
            room.Members.Add(client);
            Rooms[id] = room;
            return RoomResult.Ok;
        }

        public RoomResult Leave(string id, int client)
        {
            if (!Rooms.TryGetValue(id, out var room))
            {
                return RoomResult.NotFound;
            }
            if (!room.Members.Remove(client))
            {
                return RoomResult.NotInRoom;
            }
            if (room.Automatic && room.Members.Count == 0)
            {
                Rooms.Remove(id);
            }
            return RoomResult.Ok;
        }

        public RoomResult End(int client)
        {
            _ended.Add(client);
            foreach (var id in Rooms.Where(r => r.Value.Members.Contains(client)).Select(r => r.Key).ToArray())
            {
                Leave(id, client);
            }
            return RoomResult.Ok;
        }
    }
}
