using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Rooms;

/// <summary>What is lost is counted, what came before our time is not, and nothing is heard twice.</summary>
public sealed class GapDetectorTests
{
    private const ulong Publisher = 7;

    private readonly GapDetector _gaps = new();

    [Fact]
    public void First_OfAPublisher_IsTheBase()
    {
        Assert.Equal((Sequencing.InOrder, 0UL), See(1, 100));
        Assert.Equal((Sequencing.InOrder, 0UL), See(1, 101));
    }

    [Fact]
    public void Numbers_ThatAreMissing_AreCounted()
    {
        See(1, 5);
        Assert.Equal((Sequencing.Gap, 3UL), See(1, 9));
        Assert.Equal((Sequencing.InOrder, 0UL), See(1, 10));
    }

    [Fact]
    public void Numbers_ThatWereSeen_AreDuplicates()
    {
        See(1, 5);
        Assert.Equal(Sequencing.Duplicate, See(1, 5).Verdict);
        Assert.Equal(Sequencing.Duplicate, See(1, 2).Verdict);
        Assert.Equal((Sequencing.InOrder, 0UL), See(1, 6));
    }

    [Fact]
    public void Beacon_TellsTheLossOfTheLast_AndIsNoMessage()
    {
        See(1, 5);
        Assert.Equal(Sequencing.Duplicate, See(1, 5, isBeacon: true).Verdict);
        Assert.Equal((Sequencing.Gap, 2UL), See(1, 7, isBeacon: true));
        Assert.Equal((Sequencing.InOrder, 0UL), See(1, 8));
    }

    [Fact]
    public void Stream_ThatBegins_WhileWeListened_LacksAllBefore()
    {
        See(1, 5);
        Assert.Equal((Sequencing.Gap, 2UL), See(2, 3));
        Assert.Equal((Sequencing.InOrder, 0UL), See(3, 1));
        Assert.Equal((Sequencing.Gap, 4UL), See(4, 4, isBeacon: true));
    }

    [Fact]
    public void Beacon_BeforeTheFirst_IsABase()
    {
        Assert.Equal((Sequencing.InOrder, 0UL), See(1, 0, isBeacon: true));
        Assert.Equal((Sequencing.Gap, 2UL), See(1, 3));
        Assert.Equal((Sequencing.InOrder, 0UL), See(2, 0, isBeacon: true));
        Assert.Equal((Sequencing.InOrder, 0UL), See(2, 1));
    }

    [Fact]
    public void Number_Zero_IsNotCounted()
    {
        See(1, 5);
        Assert.Equal((Sequencing.InOrder, 0UL), See(0, 0));
        Assert.Equal((Sequencing.InOrder, 0UL), See(1, 6));
    }

    [Fact]
    public void Memory_IsBounded_AndGoesWithoutAFalseAlarm()
    {
        for (var publisher = 1UL; publisher <= 1024; publisher++)
        {
            _gaps.See(publisher, 1, 5, false, out _);
        }
        // A new stream is no new publisher.
        _gaps.See(1, 2, 1, false, out _);
        Assert.Equal(Sequencing.Duplicate, _gaps.See(2, 1, 5, false, out _));
        _gaps.See(5000, 1, 5, false, out _);
        Assert.Equal(Sequencing.InOrder, _gaps.See(2, 1, 50, false, out _));
    }

    // The model: who listens writes down all that he has heard of, and counts by hand.
    [Fact]
    public void Detector_WhateverTheBusDoes_AgreesWithAModel() =>
        Gen.Select(Gen.ULong[1, 2], Gen.Int[0, 9], Gen.Int[1, 3]).Array[0, 60].Sample(steps =>
        {
            var gaps = new GapDetector();
            var sent = new Dictionary<ulong, (ulong Stream, ulong Sequence)> { [1] = (1, 0), [2] = (1, 0) };
            var heard = new Dictionary<ulong, (ulong Stream, ulong Sequence)>();
            foreach (var (publisher, what, count) in steps)
            {
                var (stream, sequence) = sent[publisher];
                switch (what)
                {
                    case 0:
                        sent[publisher] = (stream + 1, 0);
                        continue;
                    case 1 or 2:
                        sent[publisher] = (stream, sequence + (ulong)count);
                        continue;
                    case 3 when sequence > 0 && heard.TryGetValue(publisher, out var last) && last == sent[publisher]:
                        Assert.Equal(Sequencing.Duplicate, gaps.See(publisher, stream, sequence, false, out _));
                        continue;
                    case 4 when sequence == 0:
                        continue;
                }
                var isBeacon = what == 4;
                sequence += isBeacon ? 0UL : 1;
                sent[publisher] = (stream, sequence);
                var known = heard.TryGetValue(publisher, out var before);
                var from = !known ? sequence - (isBeacon ? 0UL : 1) : before.Stream == stream ? before.Sequence : 0;
                heard[publisher] = (stream, sequence);
                var verdict = gaps.See(publisher, stream, sequence, isBeacon, out var lost);
                var missing = sequence - from - (isBeacon ? 0UL : 1);
                if (known && before == (stream, sequence))
                {
                    Assert.Equal(Sequencing.Duplicate, verdict);
                    continue;
                }
                Assert.Equal((missing > 0 ? Sequencing.Gap : Sequencing.InOrder, missing), (verdict, lost));
            }
        }, iter: 5000);

    private (Sequencing Verdict, ulong Lost) See(ulong stream, ulong sequence, bool isBeacon = false) =>
        (_gaps.See(Publisher, stream, sequence, isBeacon, out var lost), lost);
}
