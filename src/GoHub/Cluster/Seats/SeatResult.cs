namespace GoHub.Cluster;

/// <summary>What became of a join that asked for a seat.</summary>
internal enum SeatResult
{
    /// <summary>The seat is the join's, until it is released.</summary>
    Granted,

    /// <summary>All seats are held, here or by other nodes.</summary>
    Full,

    /// <summary>The seats could not be asked for in time, or the room is gone.</summary>
    Unavailable,
}
