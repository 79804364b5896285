using GoHub.Connections;
using Microsoft.Extensions.Time.Testing;

namespace GoHub.Tests.Connections;

public sealed class OutboundQueueTests
{
    [Fact]
    public void Add_WhenFullAndDisconnect_SaysSo()
    {
        var queue = Queue(SlowConsumer.Disconnect);
        Fill(queue, 3);

        Assert.Equal(-1, queue.Add(Frame(4)));
        Assert.Equal([1, 2, 3], Take(queue));
    }

    [Fact]
    public void Add_WhenFullAndDropNewest_KeepsTheOld()
    {
        var queue = Queue(SlowConsumer.DropNewest);
        Fill(queue, 3);

        Assert.Equal(1, queue.Add(Frame(4)));
        Assert.Equal([1, 2, 3], Take(queue));
    }

    [Fact]
    public void Add_WhenFullAndDropOldest_KeepsTheNew()
    {
        var queue = Queue(SlowConsumer.DropOldest);
        Fill(queue, 3);

        Assert.Equal(1, queue.Add(Frame(4)));
        Assert.Equal([2, 3, 4], Take(queue));
    }

    [Fact]
    public void Add_WhenOneFrameNeedsThePlaceOfSeveral_DropsThemAll()
    {
        var queue = Queue(SlowConsumer.DropOldest, maxMessages: 100);
        Fill(queue, 30);

        Assert.Equal(20, queue.Add(Frame(31, 70)));
        Assert.Equal([21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31], Take(queue));
    }

    [Theory]
    [InlineData(SlowConsumer.Disconnect, -1)]
    [InlineData(SlowConsumer.DropOldest, 1)]
    [InlineData(SlowConsumer.DropNewest, 1)]
    public void Add_OfAFrameAboveAllBytes_LeavesTheOthers(SlowConsumer whenFull, int expected)
    {
        var queue = Queue(whenFull);
        Fill(queue, 2);

        Assert.Equal(expected, queue.Add(Frame(9, 200)));
        Assert.Equal([1, 2], Take(queue));
    }

    [Fact]
    public void Queue_WhateverIsAddedAndTaken_StaysInItsBoundsAndInOrder() =>
        Gen.Select(Gen.Enum<SlowConsumer>(), Gen.Int[-1, 60].Array[0, 200]).Sample((whenFull, steps) =>
        {
            var queue = Queue(whenFull, maxMessages: 5);
            List<int> model = [];
            var number = 0;
            foreach (var size in steps)
            {
                if (size < 0)
                {
                    Assert.Equal(model.Count > 0, queue.TryTake(out var taken));
                    if (model.Count > 0)
                    {
                        Assert.Equal(model[0], taken.Bytes.Length);
                        model.RemoveAt(0);
                    }
                    continue;
                }
                var frame = Frame(++number, size);
                var dropped = queue.Add(frame);
                if (dropped >= 0 && whenFull == SlowConsumer.DropOldest)
                {
                    model.RemoveRange(0, dropped);
                }
                if (dropped == 0 || (dropped > 0 && whenFull == SlowConsumer.DropOldest))
                {
                    model.Add(frame.Bytes.Length);
                }
                Assert.InRange(model.Count, 0, 5);
                Assert.InRange(model.Sum(), 0, 100);
                Assert.Equal(model.Count == 0, queue.IsEmpty);
            }
        }, iter: 1000);

    [Fact]
    public void Clear_GivesAllPlacesBack()
    {
        var queue = Queue(SlowConsumer.Disconnect);
        Fill(queue, 3);
        queue.Clear();

        Assert.True(queue.IsEmpty);
        Fill(queue, 3);
        Assert.Equal([1, 2, 3], Take(queue));
    }

    // 100 bytes, and three messages unless said otherwise; a frame's header is two bytes.
    private static OutboundQueue Queue(SlowConsumer whenFull, int maxMessages = 3)
    {
        var options = new GoHubOptions { SendQueue = { MaxMessages = maxMessages, MaxBytes = 100, WhenFull = whenFull } };
        return new OutboundQueue(new ChannelSettings(options, new FakeTimeProvider()));
    }

    private static void Fill(OutboundQueue queue, int count, int size = 3)
    {
        for (var i = 1; i <= count; i++)
        {
            Assert.Equal(0, queue.Add(Frame(i, size)));
        }
    }

    /// <param name="number">Its first payload byte.</param>
    /// <param name="size">The whole frame's, if there is room for a number; else two bytes.</param>
    private static OutboundFrame Frame(int number, int size = 3)
    {
        var payload = new byte[Math.Max(0, size - 2)];
        if (payload.Length > 0)
        {
            payload[0] = (byte)number;
        }
        return OutboundFrame.Of(FrameOpcode.Binary, payload);
    }

    private static List<int> Take(OutboundQueue queue)
    {
        List<int> taken = [];
        while (queue.TryTake(out var frame))
        {
            taken.Add(frame.Bytes.Length > 2 ? frame.Bytes[2] : 0);
        }
        return taken;
    }
}
