using System.Text;
using GoHub.Bus;
using GoHub.Connections;
using GoHub.Diagnostics;

namespace GoHub.Cluster;

/// <summary>Users and connections wherever they are: messages to them, their ends, and who there is.</summary>
/// <remarks>No directory: a connection's id names its node, and a user is asked for at all nodes. Threads: any.</remarks>
internal sealed class ClusterClients(ClusterNode cluster, ClusterWork work, ConnectionRegistry connections, GoHubMetrics metrics, IClusterBus? bus)
{
    /// <summary>Sends to whom a <c>target_id</c> means: a connection, else a user.</summary>
    public ValueTask<SendResult> SendAsync(string target, OutboundFrame frame, CancellationToken cancellationToken)
    {
        if (connections.Find(target) is { } one)
        {
            return ValueTask.FromResult(ConnectionRegistry.Deliver([one], frame, metrics));
        }
        return NodeOf(target) is { } node ? ToConnectionAsync(target, node, frame, cancellationToken) : SendToUserAsync(target, frame, cancellationToken);
    }

    public ValueTask<SendResult> SendToConnectionAsync(string id, OutboundFrame frame, CancellationToken cancellationToken)
    {
        if (connections.Find(id) is { } one)
        {
            return ValueTask.FromResult(ConnectionRegistry.Deliver([one], frame, metrics));
        }
        return cluster.IsJoined && ConnectionIds.TryNodeOf(id, out var node) && node != cluster.Self
            ? ToConnectionAsync(id, node, frame, cancellationToken) : ValueTask.FromResult(SendResult.Offline);
    }

    public ValueTask<SendResult> SendToUserAsync(string user, OutboundFrame frame, CancellationToken cancellationToken)
    {
        if (!cluster.IsJoined)
        {
            return ValueTask.FromResult(ConnectionRegistry.Deliver(connections.OfUser(user), frame, metrics));
        }
        var name = Encoding.UTF8.GetBytes(user);
        if (!Fits(name, frame))
        {
            return ValueTask.FromResult(SendResult.TooLarge);
        }
        var here = ConnectionRegistry.Deliver(connections.OfUser(user), frame, metrics);
        if (here == SendResult.Delivered)
        {
            // The user may be elsewhere too, but nobody has to wait to learn whether.
            cluster.Publish(cluster.Subjects.All, Frame(BusFrameKind.User, name, frame, 0));
            return ValueTask.FromResult(here);
        }
        return AskAsync(here, ask => cluster.Publish(cluster.Subjects.All, Frame(BusFrameKind.User, name, frame, ask.Correlation)), null, cancellationToken);
    }

    /// <summary>Closes connections of a user, or one connection.</summary>
    public async ValueTask<ClusterCount> DisconnectAsync(NodeCommand command, CancellationToken cancellationToken)
    {
        var here = work.Disconnect(command);
        if (!cluster.IsJoined || (here > 0 && command.Connection is not null))
        {
            return new ClusterCount(here, []);
        }
        ulong? to = null;
        if (command.Connection is { } id)
        {
            if (!ConnectionIds.TryNodeOf(id, out var node) || node == cluster.Self)
            {
                return new ClusterCount(0, []);
            }
            to = node;
        }
        var kick = cluster.Read(core => core.AddKick(command, cluster.Now));
        var ask = await cluster.AskAsync(command, cancellationToken, to, kick: kick).ConfigureAwait(false);
        return new ClusterCount(here + ask.Answers.Sum(a => a.Reply.Count), cluster.Nodes(ask.Missing));
    }

    /// <summary>Makes tokens void on every node, and closes the connections that came by them.</summary>
    public async ValueTask<ClusterCount> RevokeAsync(RevocationEntry entry, CancellationToken cancellationToken)
    {
        cluster.Run(core => core.Adopt(entry, cluster.Now));
        var command = new NodeCommand(NodeOperation.Disconnect) { Entries = [entry] };
        var here = work.Disconnect(command);
        var ask = await cluster.AskAsync(command, cancellationToken).ConfigureAwait(false);
        return new ClusterCount(here + ask.Answers.Sum(a => a.Reply.Count), cluster.Nodes(ask.Missing));
    }

    public async ValueTask<ClusterCount> CountAsync(CancellationToken cancellationToken)
    {
        var ask = await cluster.AskAsync(new NodeCommand(NodeOperation.Count), cancellationToken).ConfigureAwait(false);
        return new ClusterCount(connections.Count + ask.Answers.Sum(a => a.Reply.Count), cluster.Nodes(ask.Missing));
    }

    public async ValueTask<(IReadOnlyList<ConnectionInfo> Items, IReadOnlyList<NodeInfo> Missing)> ListAsync(CancellationToken cancellationToken)
    {
        var ask = await cluster.AskAsync(new NodeCommand(NodeOperation.ListConnections), cancellationToken).ConfigureAwait(false);
        return ([.. work.ConnectionsHere(), .. ask.Answers.SelectMany(a => a.Reply.Connections ?? [])], cluster.Nodes(ask.Missing));
    }

    public async ValueTask<ConnectionInfo?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (connections.Find(id) is { } one)
        {
            return ClusterWork.Info(one);
        }
        if (!cluster.IsJoined || !ConnectionIds.TryNodeOf(id, out var node) || node == cluster.Self)
        {
            return null;
        }
        var ask = await cluster.AskAsync(new NodeCommand(NodeOperation.FindConnection) { Connection = id }, cancellationToken, node).ConfigureAwait(false);
        return ask.Answers.SelectMany(a => a.Reply.Connections ?? []).FirstOrDefault();
    }

    /// <summary>The other node that a connection of this id would be at; null if there is none such: then it is a user's id, of whatever form.</summary>
    private ulong? NodeOf(string id) =>
        cluster.IsJoined && ConnectionIds.TryNodeOf(id, out var node) && cluster.Read(core => core.Find(node)) is not null ? node : null;

    private ValueTask<SendResult> ToConnectionAsync(string id, ulong node, OutboundFrame frame, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetBytes(id);
        if (!Fits(name, frame))
        {
            return ValueTask.FromResult(SendResult.TooLarge);
        }
        return AskAsync(
            SendResult.Offline, ask => cluster.Publish(cluster.Subjects.Node(node), Frame(BusFrameKind.Connection, name, frame, ask.Correlation), ask.Correlation), node, cancellationToken);
    }

    private async ValueTask<SendResult> AskAsync(SendResult here, Func<Ask, BusPublish> send, ulong? to, CancellationToken cancellationToken)
    {
        var ask = await cluster.AskAsync(send, cancellationToken, to, enoughIf: static r => r.Send == SendResult.Delivered).ConfigureAwait(false);
        if (ask.Answers.Any(a => a.Reply.Send == SendResult.Delivered))
        {
            return SendResult.Delivered;
        }
        if (here == SendResult.Dropped || ask.Answers.Any(a => a.Reply.Send == SendResult.Dropped))
        {
            return SendResult.Dropped;
        }
        return ask.Missing.Count > 0 || !cluster.IsUp ? SendResult.Unavailable : SendResult.Offline;
    }

    private bool Fits(byte[] name, OutboundFrame frame) =>
        name.Length <= ushort.MaxValue && BusFrame.MaxLength(name.Length, frame.Payload.Length) <= bus!.MaxFrameBytes;

    private byte[] Frame(BusFrameKind kind, byte[] name, OutboundFrame frame, ulong correlation) =>
        BusFrame.Write(kind, cluster.Self, name, frame.Payload, RoomPublisher.Flags(frame), correlation: correlation);
}
