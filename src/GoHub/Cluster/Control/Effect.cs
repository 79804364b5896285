namespace GoHub.Cluster;

/// <summary>Something that <see cref="ControlCore"/> wants done; its owner does it, in order.</summary>
internal abstract record Effect
{
    /// <param name="To">One node; null for all.</param>
    /// <param name="Heartbeat">What to say.</param>
    public sealed record SendHeartbeat(ulong? To, Heartbeat Heartbeat) : Effect;

    /// <param name="To">One node; null for all.</param>
    /// <param name="Correlation">0 if no answer is wanted.</param>
    /// <param name="Command">What to ask.</param>
    public sealed record SendCommand(ulong? To, ulong Correlation, NodeCommand Command) : Effect;

    public sealed record SendReply(ulong To, ulong Correlation, NodeReply Reply) : Effect;

    public sealed record SendProbe : Effect;

    /// <summary>Another node asks for something that concerns rooms or connections of this one.</summary>
    public sealed record Perform(ulong From, ulong Correlation, NodeCommand Command) : Effect;

    public sealed record Answered(Ask Ask) : Effect;

    public sealed record EntryChanged(ReplicaEntry Entry) : Effect;

    /// <summary>The bus carries nothing any more.</summary>
    public sealed record BusSilent : Effect;

    public sealed record PeerJoined(Peer Peer) : Effect;

    public sealed record PeerGone(Peer Peer, bool Left) : Effect;

    /// <summary>A peer had come so far in its messages to all a heartbeat ago.</summary>
    public sealed record PeerReached(ulong Node, ulong Stream, ulong Sequence) : Effect;
}
