namespace GoHub.ClusterTests.Histories;

/// <summary>C8: nobody gets its own message, nobody gets one of a room it has not asked for or has left, and nobody gets one that was never sent or was refused.</summary>
internal static class MembersOnly
{
    public static IEnumerable<string> In(History history)
    {
        var events = history.Events;
        var sent = events.Where(e => e.Op == Op.Published).Select(e => e.Message).ToHashSet();
        var refused = events.Where(e => e.Op == Op.Refused).Select(e => e.Message).ToHashSet();
        var outside = new Dictionary<(string Client, string Room), bool>();
        foreach (var e in events)
        {
            switch (e.Op)
            {
                case Op.JoinSent:
                    outside[(e.Client, e.Room)] = false;
                    break;
                case Op.Left or Op.Evicted or Op.RoomDeleted:
                    outside[(e.Client, e.Room)] = true;
                    break;
                case Op.Received:
                    foreach (var finding in OfOne(e))
                    {
                        yield return finding;
                    }
                    break;
            }
        }

        IEnumerable<string> OfOne(HistoryEvent e)
        {
            if (e.From == e.Client)
            {
                yield return $"C8: {e.Client} got its own message {e.Number} in '{e.Room}'.";
            }
            if (e.Room.Length > 0 && outside.GetValueOrDefault((e.Client, e.Room), true))
            {
                yield return $"C8: {e.Client} got message {e.Number} of {e.From} in '{e.Room}' without being a member.";
            }
            if (!sent.Contains(e.Message))
            {
                yield return $"C8: {e.Client} got message {e.Number} of {e.From} in '{e.Room}', which nobody sent.";
            }
            if (refused.Contains(e.Message))
            {
                yield return $"C8: {e.Client} got message {e.Number} of {e.From} in '{e.Room}', which was refused.";
            }
        }
    }
}
