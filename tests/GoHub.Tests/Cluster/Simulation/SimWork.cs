using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>What a node does for its clients and for the others: a model of <c>ClusterRooms</c>, <c>ClusterClients</c> and <c>ClusterWork</c>.</summary>
internal sealed class SimWork(ClusterSimulation world, SimNode node)
{
    private ControlCore Core => node.Core;

    public void Create(string id)
    {
        if (!Core.TryBeginClaim(id, node.Now))
        {
            return;
        }
        var begun = world.Timeline.Now;
        world.Timeline.Note(node.Number, $"creates {id}");
        node.Ask(new NodeCommand(NodeOperation.ClaimRoom) { Room = id }, enoughIf: IsTaken, then: claim =>
        {
            var ignored = world.Mutant == Mutant.RefusalsAreIgnored;
            var isTaken = !ignored && claim.Answers.Any(a => IsTaken(a.Reply));
            var entry = Core.NextRoom(id, id, 0) ?? (ignored ? new RoomEntry(id, 1, node.Number, id, 0, false) : null);
            if (isTaken || entry is null || node.Rooms.ContainsKey(id))
            {
                Core.EndClaim(id);
                return;
            }
            node.Rooms[id] = new SimRoom { IsCreated = true };
            node.Run(Core.Adopt(entry, node.Now));
            world.Checks.Created(node, entry, begun);
            node.Ask(new NodeCommand(NodeOperation.Share) { Entries = [entry] }, _ => Core.EndClaim(id));
        });

        static bool IsTaken(NodeReply reply) => reply.Room == RoomResult.AlreadyExists;
    }

    public void Delete(string id)
    {
        var entry = Core.Find("r:" + id) as RoomEntry;
        var here = node.Rooms.Remove(id);
        RoomEntry[]? gone = entry is { Deleted: false } ? [entry with { Deleted = true }] : null;
        world.Timeline.Note(node.Number, $"deletes {id}");
        if (gone is not null)
        {
            node.Run(Core.Adopt(gone[0], node.Now));
        }
        world.Checks.Deleting(node, gone is null ? null : entry);
        node.Ask(new NodeCommand(NodeOperation.DeleteRoom) { Room = id, Entries = gone }, ask =>
        {
            var found = here || gone is not null || ask.Answers.Any(a => a.Reply is { IsUnknown: false, Room: RoomResult.Ok });
            world.Timeline.Note(node.Number, $"has deleted {id}: {found}");
        });
    }

    public void Join(string id, SimConnection connection)
    {
        if (!node.Rooms.TryGetValue(id, out var room))
        {
            room = node.Rooms[id] = new SimRoom();
        }
        room.Members.Add(connection.Id);
    }

    public void Kick(string user)
    {
        var kick = world.Checks.Kicking(node, user);
        world.Timeline.Note(node.Number, $"kicks {user}, {kick}");
        var command = new NodeCommand(NodeOperation.Disconnect) { User = user, Reason = kick };
        Disconnect(command, world.Timeline.Now);
        node.Ask(command, kick: Core.AddKick(command, node.Now), then: ask => world.Checks.Kicked(node, kick, ask));
    }

    public void Revoke(string subject, long issuedUntil, TimeSpan? keep)
    {
        var entry = new RevocationEntry(subject, issuedUntil, keep is { } some ? node.UnixSeconds + (long)some.TotalSeconds : long.MaxValue, "revoked");
        world.Timeline.Note(node.Number, $"revokes {subject} until {issuedUntil}");
        node.Run(Core.Adopt(entry, node.Now));
        world.Checks.Revoked(node, entry);
        node.Ask(new NodeCommand(NodeOperation.Disconnect) { Entries = [entry] }, _ => { });
    }

    /// <summary>Who is in a room, on all nodes.</summary>
    public void Survey(string id)
    {
        var survey = world.Checks.Surveying(node, id);
        node.Ask(new NodeCommand(NodeOperation.Members) { Room = id }, ask => world.Checks.Surveyed(survey, ask));
    }

    public void Close(string connection)
    {
        node.Connections.Remove(connection);
        foreach (var (id, room) in node.Rooms)
        {
            if (room.Members.Remove(connection) && room.Members.Count == 0 && !room.IsCreated)
            {
                node.Rooms.Remove(id);
            }
        }
    }

    public void Changed(ReplicaEntry entry)
    {
        world.Timeline.Note(node.Number, $"takes {SimText.Of(entry)}");
        switch (entry)
        {
            case RoomEntry { Deleted: false } room:
                if (!node.Rooms.TryGetValue(room.Id, out var known))
                {
                    known = node.Rooms[room.Id] = new SimRoom();
                }
                known.IsCreated = true;
                break;
            case RoomEntry room:
                node.Rooms.Remove(room.Id);
                break;
            case RevocationEntry revocation:
                node.Revoked[revocation.Subject] = revocation.IssuedUntil;
                break;
        }
    }

    public void Perform(ulong from, ulong correlation, NodeCommand command)
    {
        var replies = Replies(command);
        for (var i = 0; i < replies.Count && correlation != 0; i++)
        {
            node.Reply(from, correlation, replies[i] with { Part = world.Mutant == Mutant.PartsOfAnswersAreNotCounted && i == replies.Count - 1 ? 0 : i });
        }
    }

    private List<NodeReply> Replies(NodeCommand command)
    {
        switch (command.Operation)
        {
            case NodeOperation.DeleteRoom:
                return [new NodeReply { Room = node.Rooms.Remove(command.Room!) ? RoomResult.Ok : RoomResult.NotFound }];
            case NodeOperation.Members:
                var members = node.Rooms.TryGetValue(command.Room!, out var room) ? room.Members : [];
                return [.. members.Select(m => new NodeReply { More = true, Members = [new RoomMember(m, null)] }), new NodeReply()];
            case NodeOperation.Disconnect:
                return [new NodeReply { Count = Disconnect(command, node.SentAt) }];
            default:
                return [NodeReply.Unknown];
        }
    }

    private int Disconnect(NodeCommand command, TimeSpan sentAt)
    {
        if (command.User is null)
        {
            return 0;
        }
        var meant = node.Connections.Values.Where(c => c.User == command.User && (world.Timeline.Now - c.At).TotalMilliseconds >= command.MinAge).ToList();
        foreach (var connection in meant)
        {
            world.Checks.Closing(command.Reason!, connection, world.Timeline.Now - sentAt);
            Close(connection.Id);
        }
        return meant.Count;
    }
}
