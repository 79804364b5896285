using GoHub.Transport.Loops;

namespace GoHub.Connections.Loops;

/// <summary>The receivers of a broadcast on one loop, as they were when it was published.</summary>
/// <remarks>Never changed. Threads: any may deliver; the sending is done by the loop.</remarks>
internal sealed class Recipients(Lane lane, LoopChannel[] channels, Departures departures, Predicate<LoopChannel> stillMeant) : LoopWork
{
    public int Count => channels.Length;

    /// <summary>Has one frame delivered to all but <paramref name="except"/>; at once on the loop itself, so that a publisher's answer comes after its message.</summary>
    public void Deliver(OutboundFrame frame, LoopChannel? except)
    {
        if (lane.Loop.IsCurrent)
        {
            DeliverHere(frame, except);
        }
        else if (!lane.Post(this, frame, except, channels.Length, frame.Bytes.Length))
        {
            lane.Metrics.MessagesDropped(channels.Length);
        }
    }

    public override void Run(object? first, object? second)
    {
        var frame = (OutboundFrame)first!;
        DeliverHere(frame, (LoopChannel?)second);
        lane.Delivered(channels.Length, frame.Bytes.Length);
    }

    private void DeliverHere(OutboundFrame frame, LoopChannel? except)
    {
        var begun = lane.BeginBroadcast();
        var reading = lane.Reading;
        foreach (var channel in channels)
        {
            if (ReferenceEquals(channel, except) || (departures.Some && !stillMeant(channel)))
            {
                continue;
            }
            if (begun == 0 || ReferenceEquals(channel, reading) || !channel.TrySendNow(frame))
            {
                channel.Broadcast(frame);
            }
        }
        lane.EndBroadcast(begun);
    }
}

/// <summary>Everybody on one loop, whoever that is when the frame gets there.</summary>
internal sealed class Everybody(Lane lane) : LoopWork
{
    public void Deliver(OutboundFrame frame, LoopChannel? except)
    {
        if (lane.Loop.IsCurrent)
        {
            DeliverHere(frame, except);
        }
        else if (new Announcement(lane.Population, except) is var to && !lane.Post(this, frame, to, to.Count, frame.Bytes.Length))
        {
            lane.Metrics.MessagesDropped(to.Count);
        }
    }

    public override void Run(object? first, object? second)
    {
        var frame = (OutboundFrame)first!;
        var to = (Announcement)second!;
        DeliverHere(frame, to.Except);
        lane.Delivered(to.Count, frame.Bytes.Length);
    }

    private void DeliverHere(OutboundFrame frame, LoopChannel? except)
    {
        var begun = lane.BeginBroadcast();
        var reading = lane.Reading;
        // From the end, since one that is too slow is taken out of the list meanwhile.
        for (var i = lane.Open.Count - 1; i >= 0; i--)
        {
            if (i < lane.Open.Count && lane.Open[i] is var channel && !ReferenceEquals(channel, except)
                && (begun == 0 || ReferenceEquals(channel, reading) || !channel.TrySendNow(frame)))
            {
                channel.Broadcast(frame);
            }
        }
        lane.EndBroadcast(begun);
    }

    /// <summary>How many there were to deliver to when it was published: what the brake counts.</summary>
    private sealed record Announcement(int Count, LoopChannel? Except);
}
