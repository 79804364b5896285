using System.Buffers.Binary;
using GoHub.Bus;
using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>Who listens to a room, as <c>Inbound</c> does, and what it must have noticed.</summary>
internal sealed class StreamListener(StreamMutant mutant)
{
    private readonly Dictionary<ulong, Heard> _publishers = [];
    private GapDetector _gaps = new();

    /// <summary>Of one publisher, since the first that was heard of it.</summary>
    private sealed class Heard
    {
        public List<long> Delivered { get; } = [];

        /// <summary>The messages that the gap notices spoke of.</summary>
        public ulong Lost { get; set; }

        /// <summary>Number of the first message that counts: all earlier ones may have been before our time.</summary>
        public long Base { get; set; }

        /// <summary>What the base was when the publisher was first heard.</summary>
        public long First { get; init; }

        /// <summary>Number of the last message that is known of.</summary>
        public long Reached { get; set; }

        public ulong Stream { get; set; }
    }

    public int Generation { get; private set; }

    /// <summary>The last member leaves and another comes.</summary>
    public void ListenAnew()
    {
        _gaps = new GapDetector();
        _publishers.Clear();
        Generation++;
    }

    /// <summary>Whether it listened to this publisher before.</summary>
    public bool Knows(ulong publisher) => _publishers.ContainsKey(publisher);

    /// <summary>Whether it has heard of this message or knows that it is lost.</summary>
    public bool Noticed(ulong publisher, long message) => _publishers.TryGetValue(publisher, out var heard) && heard.Reached >= message;

    /// <summary>Whether it takes this message for one of before its time.</summary>
    public bool PassedOver(ulong publisher, long message) => _publishers.TryGetValue(publisher, out var heard) && heard.First > message;

    // Every message says which one it is of all that its publisher sent, and a beacon's number is looked up.
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (!BusFrame.TryRead(bytes, out var frame))
        {
            throw new Violation("a frame that cannot be read");
        }
        var isBeacon = frame.Kind == BusFrameKind.Beacon;
        var verdict = _gaps.See(frame.Publisher, frame.Stream, frame.Sequence, isBeacon, out var lost);
        if (verdict == Sequencing.Duplicate && mutant == StreamMutant.DuplicatesAreDelivered)
        {
            verdict = Sequencing.InOrder;
        }
        var message = (long)(frame.Stream >> 20) + (long)frame.Sequence;
        if (!_publishers.TryGetValue(frame.Publisher, out var heard))
        {
            heard = _publishers[frame.Publisher] = new Heard { Base = isBeacon ? message + 1 : message, First = isBeacon ? message + 1 : message, Reached = message - 1 };
        }
        if (verdict == Sequencing.Duplicate)
        {
            return;
        }
        if (!isBeacon)
        {
            Deliver(heard, BinaryPrimitives.ReadInt64LittleEndian(frame.Body));
        }
        heard.Lost += mutant == StreamMutant.GapsAreNotTold ? 0 : lost;
        if (heard.Stream != 0 && heard.Stream != frame.Stream)
        {
            // What was lost of the end of the stream before nobody can count; that it is noticed in time is asked elsewhere.
            heard.Base += Math.Max(0, (long)(frame.Stream >> 20) - heard.Reached);
        }
        (heard.Stream, heard.Reached) = (frame.Stream, message);
        var missing = heard.Reached - heard.Base + 1 - heard.Delivered.Count;
        if (missing != (long)heard.Lost)
        {
            throw new Violation($"{heard.Lost} messages of {frame.Publisher} are said to be lost; it was {missing}");
        }
    }

    private static void Deliver(Heard heard, long message)
    {
        if (heard.Delivered.Count > 0 && message <= heard.Delivered[^1])
        {
            throw new Violation($"message {message} comes after {heard.Delivered[^1]}");
        }
        heard.Delivered.Add(message);
    }
}
