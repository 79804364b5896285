using GoHub.Bus;

namespace GoHub.ClusterTests.Nats;

/// <summary>Frames over a real server.</summary>
public sealed class NatsBusTests
{
    private static readonly BusSubjects Subjects = new("test");

    [Fact]
    public async Task A_frame_reaches_every_node_that_is_subscribed_the_publisher_too()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var one = await NatsNode.StartAsync(server.Url);
        await using var two = await NatsNode.StartAsync(server.Url);
        await using var other = await NatsNode.StartAsync(server.Url);
        await one.SubscribeAsync(Subjects.All);
        await two.SubscribeAsync(Subjects.All);
        await other.SubscribeAsync(Subjects.Control);

        Assert.Equal(BusPublish.Sent, one.Publish(Subjects.All, "hello"));

        await Eventually.TrueAsync(() => one.Receiver.Count == 1 && two.Receiver.Count == 1, "both have it");
        Assert.Equal(["hello"], two.Receiver.Frames);
        Assert.Equal(0, other.Receiver.Count);
        Assert.Equal(1, one.Receiver.Ups);
    }

    [Fact]
    public async Task A_subscription_holds_when_it_is_confirmed_and_is_there_once_however_often_it_was_asked_for()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var one = await NatsNode.StartAsync(server.Url);
        await using var two = await NatsNode.StartAsync(server.Url);
        for (var i = 0; i < 200; i++)
        {
            var subject = Subjects.Room($"room-{i}");
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => two.SubscribeAsync(subject)));
            Assert.Equal(BusPublish.Sent, one.Publish(subject, $"{i}"));
        }
        await Eventually.TrueAsync(() => two.Receiver.Count >= 200, "all have come");
        await two.SubscribeAsync(Subjects.All); // a round trip: nothing more is on its way
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), two.Receiver.Frames);
    }

    [Fact]
    public async Task After_unsubscribing_nothing_comes_and_subscribing_again_works()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url);
        var room = Subjects.Room("lobby");
        for (var i = 0; i < 50; i++)
        {
            await node.SubscribeAsync(room);
            node.Publish(room, $"on {i}");
            await Eventually.TrueAsync(() => node.Receiver.Count == i + 1, $"frame {i}");
            node.Bus.Unsubscribe(room);
            node.Bus.Unsubscribe(room);
            await node.SubscribeAsync(Subjects.All);
            node.Publish(room, $"off {i}");
            node.Bus.Unsubscribe(Subjects.All);
        }
        await node.SubscribeAsync(Subjects.Control);
        Assert.DoesNotContain(node.Receiver.Frames, f => f.StartsWith("off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ten_thousand_subscriptions_at_once_share_their_confirmations()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url);
        var subjects = Enumerable.Range(0, 10_000).Select(i => Subjects.Room($"r{i}")).ToArray();

        await Task.WhenAll(subjects.Select(node.SubscribeAsync));

        foreach (var subject in subjects)
        {
            BusPublish result;
            while ((result = node.Publish(subject, "x")) == BusPublish.Busy)
            {
                await Task.Yield();
            }
            Assert.Equal(BusPublish.Sent, result);
        }
        await Eventually.TrueAsync(() => node.Receiver.Count == subjects.Length, "each subscription heard its frame");
    }

    [Fact]
    public async Task Frames_of_each_publisher_keep_their_order()
    {
        const int Publishers = 4;
        const int Each = 25_000;
        await using var server = await NatsServer.StartNewAsync();
        var last = new int[Publishers];
        var broken = 0;
        var receiver = new RecordingReceiver
        {
            Take = frame =>
            {
                var (publisher, number) = (BitConverter.ToInt32(frame), BitConverter.ToInt32(frame, 4));
                broken += last[publisher] + 1 == number ? 0 : 1;
                last[publisher] = number;
            },
        };
        await using var subscriber = await NatsNode.StartAsync(server.Url, receiver: receiver);
        await using var publisher = await NatsNode.StartAsync(server.Url);
        await using var second = await NatsNode.StartAsync(server.Url);
        await subscriber.SubscribeAsync(Subjects.All);

        // Two callers on one connection, two on another; now and then a frame that fills the library's buffer.
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(p => Task.Factory.StartNew(() => PublishAll(p), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        await Eventually.TrueAsync(() => subscriber.Receiver.Count == Publishers * Each, "all frames", 60);
        Assert.Equal(0, broken);

        void PublishAll(int p)
        {
            var bus = p < 2 ? publisher.Bus : second.Bus;
            for (var i = 1; i <= Each; i++)
            {
                var frame = new byte[i % 500 == 0 ? 300_000 : 128];
                BitConverter.TryWriteBytes(frame, p);
                BitConverter.TryWriteBytes(frame.AsSpan(4), i);
                BusPublish result;
                while ((result = bus.TryPublish(Subjects.All, frame)) == BusPublish.Busy)
                {
                    Thread.Yield();
                }
                Assert.Equal(BusPublish.Sent, result);
            }
        }
    }

    [Fact]
    public async Task A_frame_over_the_servers_limit_is_too_large_and_the_connection_lives()
    {
        await using var server = await NatsServer.StartNewAsync("max_payload: 70000");
        await using var node = await NatsNode.StartAsync(server.Url);
        await node.SubscribeAsync(Subjects.All);

        Assert.Equal(70_000, node.Bus.MaxFrameBytes);
        Assert.Equal(BusPublish.TooLarge, node.Bus.TryPublish(Subjects.All, new byte[70_001]));
        Assert.Equal(BusPublish.Sent, node.Bus.TryPublish(Subjects.All, new byte[70_000]));

        await Eventually.TrueAsync(() => node.Receiver.Count == 1, "the one that fits");
        Assert.Equal(70_000, node.Receiver.Frames.Single().Length);
        Assert.Empty(node.Receiver.Downs);
    }

    [Fact]
    public async Task Nobody_subscribed_is_told_with_the_correlation_and_somebody_is_not()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var one = await NatsNode.StartAsync(server.Url);
        await using var two = await NatsNode.StartAsync(server.Url);
        await two.SubscribeAsync(Subjects.Node(2));

        one.Publish(Subjects.Node(1), "to nobody", correlation: 0xFEDC_BA98_7654_3210);
        one.Publish(Subjects.Node(2), "to two", correlation: 7);
        one.Publish(Subjects.Node(3), "to nobody, who cares");

        await Eventually.TrueAsync(() => one.Receiver.Nobodies.Count == 1 && two.Receiver.Count == 1, "the answer");
        await one.SubscribeAsync(Subjects.All);
        Assert.Equal([0xFEDC_BA98_7654_3210], one.Receiver.Nobodies);
        Assert.Equal(["to two"], two.Receiver.Frames);
        Assert.Equal(0, one.Receiver.Count);
    }

    [Theory]
    [InlineData("a evil")]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("a.b")]
    [InlineData("a\r\nPUB x 1\r\nx")]
    [InlineData("zimmer-ü")]
    [InlineData("")]
    public async Task A_hostile_room_name_is_one_room_and_no_other(string name)
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var node = await NatsNode.StartAsync(server.Url);
        await node.SubscribeAsync(Subjects.Room("plain"));
        await node.SubscribeAsync(Subjects.Room(name));

        node.Publish(Subjects.Room(name), "for the one");
        node.Publish(Subjects.Room("plain"), "for the other");
        node.Publish(Subjects.Room(name + "x"), "for none");

        await Eventually.TrueAsync(() => node.Receiver.Count == 2, "both");
        await node.SubscribeAsync(Subjects.All);
        Assert.Equal(["for the one", "for the other"], node.Receiver.Frames);
        Assert.Empty(node.Receiver.Downs);
    }

    [Fact]
    public async Task What_was_published_just_before_the_end_still_leaves()
    {
        await using var server = await NatsServer.StartNewAsync();
        await using var stays = await NatsNode.StartAsync(server.Url);
        await stays.SubscribeAsync(Subjects.Control);
        for (var i = 1; i <= 20; i++)
        {
            await using (var leaves = await NatsNode.StartAsync(server.Url))
            {
                leaves.Publish(Subjects.Control, "leaving");
            }
            await Eventually.TrueAsync(() => stays.Receiver.Count == i, $"farewell {i}");
        }
    }
}
