namespace GoHub.ClusterTests.Histories;

/// <summary>A time in which a client surely was a member of a room: from the answer to its join to the moment it began to leave.</summary>
/// <param name="Client">Who.</param>
/// <param name="Node">Where it is connected.</param>
/// <param name="Room">In which room.</param>
/// <param name="From">When the answer came.</param>
/// <param name="To">When it began to leave, was told that it is out, its connection or node ended, or the room was deleted; null if it stayed to the end.</param>
internal sealed record Stay(string Client, string Node, string Room, TimeSpan From, TimeSpan? To)
{
    public bool Covers(TimeSpan from, TimeSpan to) => From <= from && (To is null || To >= to);

    /// <summary>Every stay of a history.</summary>
    public static IReadOnlyList<Stay> All(History history)
    {
        var stays = new List<Stay>();
        var open = new Dictionary<(string Client, string Room), HistoryEvent>();
        foreach (var e in history.Events.OrderBy(e => e.At))
        {
            switch (e.Op)
            {
                case Op.Joined:
                    open.TryAdd((e.Client, e.Room), e);
                    break;
                case Op.LeaveSent or Op.Evicted or Op.RoomDeleted:
                    Close(e.At, k => k.Client == e.Client && k.Room == e.Room);
                    break;
                case Op.EndSent or Op.Ended:
                    Close(e.At, k => k.Client == e.Client);
                    break;
                case Op.Killed:
                    Close(e.At, k => open[k].Node == e.Node);
                    break;
            }
        }
        stays.AddRange(open.Values.Select(joined => new Stay(joined.Client, joined.Node, joined.Room, joined.At, null)));
        return stays;

        void Close(TimeSpan at, Func<(string Client, string Room), bool> which)
        {
            foreach (var key in open.Keys.Where(which).ToArray())
            {
                var joined = open[key];
                stays.Add(new Stay(joined.Client, joined.Node, joined.Room, joined.At, at));
                open.Remove(key);
            }
        }
    }
}
