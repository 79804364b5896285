namespace GoHub.Client;

/// <summary>How far a message to a room went before the server answered.</summary>
/// <param name="Level">
/// <c>bus</c>: the bus took it for the other nodes. <c>local</c>: only members of the same node have it, since the bus is down or busy. Null: the node has no bus.
/// That it was read, nobody says.
/// </param>
public sealed record GoHubClientAck(string? Level);
