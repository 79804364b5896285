namespace GoHub.Cluster;

/// <summary>What a sequence number says about a message.</summary>
internal enum Sequencing
{
    /// <summary>The next, or the first that is heard of its publisher.</summary>
    InOrder,

    /// <summary>Seen already.</summary>
    Duplicate,

    /// <summary>Others before it were lost.</summary>
    Gap,
}

/// <summary>Notices lost messages: each publisher counts what it sends to a subject.</summary>
/// <remarks>
/// Pure. The first number that is heard is the base, so that whoever has just come misses nothing. Owner: the queue that delivers the subject.
/// </remarks>
internal sealed class GapDetector
{
    /// <summary>Publishers that are remembered; the whole memory goes when there are more. Unit: nodes.</summary>
    private const int MaxPublishers = 1024;

    private readonly Dictionary<ulong, (ulong Stream, ulong Sequence)> _last = [];

    /// <param name="publisher">Who sent it.</param>
    /// <param name="stream">A new number whenever the publisher counts anew.</param>
    /// <param name="sequence">Counts from 1; a message with 0 is not counted, and a beacon with 0 comes before the first.</param>
    /// <param name="isBeacon">Tells how far the publisher has come, and is no message itself.</param>
    /// <param name="lost">How many are missing.</param>
    public Sequencing See(ulong publisher, ulong stream, ulong sequence, bool isBeacon, out ulong lost)
    {
        lost = 0;
        if (sequence == 0 && !isBeacon)
        {
            return Sequencing.InOrder;
        }
        if (!_last.TryGetValue(publisher, out var last) || last.Stream != stream)
        {
            // Streams begin with 1: of one that began while we listened to its publisher, everything before is lost.
            var known = last.Stream != 0;
            if (!known && _last.Count >= MaxPublishers)
            {
                _last.Clear();
            }
            _last[publisher] = (stream, sequence);
            lost = known ? sequence - (isBeacon ? 0u : 1u) : 0;
            return lost > 0 ? Sequencing.Gap : Sequencing.InOrder;
        }
        if (sequence <= last.Sequence)
        {
            return Sequencing.Duplicate;
        }
        _last[publisher] = (stream, sequence);
        lost = sequence - last.Sequence - (isBeacon ? 0u : 1u);
        return lost > 0 ? Sequencing.Gap : Sequencing.InOrder;
    }
}
