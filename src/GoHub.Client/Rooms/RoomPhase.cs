namespace GoHub.Client.Rooms;

/// <summary>Where a room is between the first join and the end.</summary>
internal enum RoomPhase
{
    /// <summary>The first join was asked for.</summary>
    Joining,

    /// <summary>This client is in, or will be again with the next connection.</summary>
    Joined,

    /// <summary>A leave was asked for.</summary>
    Leaving,

    /// <summary>Left, lost, or never let in.</summary>
    Gone,
}
