using GoHub.Bus;

namespace GoHub.ClusterTests.Bus;

/// <summary>What every bus promises to the nodes (<see cref="IClusterBus"/>), whatever carries the frames.</summary>
public abstract class BusSpecification : IAsyncLifetime
{
    private readonly List<Node> _nodes = [];

    private protected BusSubjects Subjects { get; } = new($"t{Guid.NewGuid():N}");

    private protected static CancellationToken Soon => new CancellationTokenSource(Eventually.Soon).Token;

    /// <summary>A bus that is not started yet.</summary>
    private protected abstract Task<IClusterBus> CreateAsync();

    /// <summary>Takes the connection away from a bus, and lets none be made.</summary>
    private protected abstract void Cut(IClusterBus bus);

    private protected abstract void Restore(IClusterBus bus);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var node in _nodes)
        {
            await node.Bus.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_subscriber_gets_what_is_published_the_publisher_too()
    {
        var (a, b, c) = (await StartAsync(), await StartAsync(), await StartAsync());
        foreach (var node in new[] { a, b, c })
        {
            await node.Bus.SubscribeAsync(Subjects.All, Soon);
        }
        a.Publish(Subjects.All, "from a");
        b.Publish(Subjects.All, "from b");
        foreach (var node in new[] { a, b, c })
        {
            await Eventually.HoldsAsync("both frames have come", () => node.Told.Count == 2);
            Assert.Equal(["from a", "from b"], node.Told.Texts.Order());
        }
    }

    [Fact]
    public async Task Frames_of_one_publisher_to_one_subject_come_in_order_and_whole()
    {
        const int Frames = 4000;
        var (a, b, receiver) = (await StartAsync(), await StartAsync(), await StartAsync());
        string[] subjects = [Subjects.Room("one"), Subjects.Room("two")];
        foreach (var subject in subjects)
        {
            await receiver.Bus.SubscribeAsync(subject, Soon);
        }
        await Task.WhenAll(new[] { (a, "a"), (b, "b") }.SelectMany(p => subjects.Select((s, i) => Task.Run(async () =>
        {
            for (var n = 0; n < Frames; n++)
            {
                await p.Item1.PublishAsync(s, $"{p.Item2}{i}:{n}:{new string('x', n % 100)}");
                if (n % 500 == 499)
                {
                    // No faster than it is taken: nobody promises to hold 16,000 frames.
                    await Eventually.HoldsAsync("what was sent is on its way", () => receiver.Told.Count > 4 * (n - 900));
                }
            }
        }))));
        await Eventually.HoldsAsync("all frames have come", () => receiver.Told.Count == 4 * Frames);
        foreach (var line in receiver.Told.Texts.Select(t => t.Split(':')).GroupBy(t => t[0]))
        {
            Assert.Equal(Enumerable.Range(0, Frames), line.Select(t => int.Parse(t[1], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.All(line, (t, n) => Assert.Equal(n % 100, t[2].Length));
        }
        Assert.Equal(0, receiver.Told.Lost);
    }

    [Fact]
    public async Task Nobody_gets_what_it_has_not_asked_for()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.Room("lobby"), Soon);
        await a.Bus.SubscribeAsync(Subjects.Room("end"), Soon);
        string[] others = [Subjects.Room("Lobby"), Subjects.Room("lobb"), Subjects.Room("lobby2"), Subjects.Room("*"), Subjects.Room(">"), Subjects.All, Subjects.Control, Subjects.Node(1), new BusSubjects("other").Room("lobby")];
        foreach (var other in others)
        {
            b.Publish(other, other);
        }
        b.Publish(Subjects.Room("end"), "end");
        await Eventually.HoldsAsync("the last has come", () => a.Told.Texts.Contains("end"));
        Assert.Equal(["end"], a.Told.Texts);
        Assert.Empty(b.Told.Texts);
    }

    [Fact]
    public async Task A_subscription_counts_from_the_moment_it_is_done()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        for (var i = 0; i < 200; i++)
        {
            await a.Bus.SubscribeAsync(Subjects.Room($"r{i}"), Soon);
            b.Publish(Subjects.Room($"r{i}"), $"{i}");
        }
        await Eventually.HoldsAsync("none was too early", () => a.Told.Count == 200);
    }

    [Fact]
    public async Task Many_subscriptions_at_once_all_count()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => a.Bus.SubscribeAsync(Subjects.Room($"r{i}"), Soon).AsTask()));
        for (var i = 0; i < 1000; i++)
        {
            b.Publish(Subjects.Room($"r{i}"), $"{i}");
        }
        await Eventually.HoldsAsync("each has its frame", () => a.Told.Count == 1000);
    }

    [Fact]
    public async Task Subscribing_twice_is_the_same_as_once_and_so_is_unsubscribing()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        var room = Subjects.Room("lobby");
        await a.Bus.SubscribeAsync(room, Soon);
        await a.Bus.SubscribeAsync(room, Soon);
        await a.Bus.SubscribeAsync(Subjects.All, Soon);
        b.Publish(room, "once");
        b.Publish(Subjects.All, "mark 1");
        await Eventually.HoldsAsync("the mark has come", () => a.Told.Texts.Contains("mark 1"));
        Assert.Equal(["mark 1", "once"], a.Told.Texts.Order());

        a.Bus.Unsubscribe(room);
        a.Bus.Unsubscribe(room);
        a.Bus.Unsubscribe(Subjects.Room("never"));
        await NobodyListensAsync(b, room);
        await a.Bus.SubscribeAsync(room, Soon);
        b.Publish(room, "again");
        await Eventually.HoldsAsync("it is subscribed again", () => a.Told.Texts.Contains("again"));
    }

    [Fact]
    public async Task Flapping_ends_as_the_last_call_says()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        var (kept, left) = (Subjects.Room("kept"), Subjects.Room("left"));
        for (var i = 0; i < 50; i++)
        {
            var pending = a.Bus.SubscribeAsync(kept, Soon).AsTask();
            a.Bus.Unsubscribe(kept);
            await a.Bus.SubscribeAsync(left, Soon);
            a.Bus.Unsubscribe(left);
            _ = pending;
        }
        await a.Bus.SubscribeAsync(kept, Soon);
        await NobodyListensAsync(b, left);
        b.Publish(kept, "kept");
        await Eventually.HoldsAsync("the kept one is subscribed", () => a.Told.Texts.Contains("kept"));
        Assert.Single(a.Told.Texts, "kept");
    }

    [Fact]
    public async Task One_who_asks_is_told_when_nobody_is_there_and_only_then()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.Node(1), Soon);
        await b.Bus.SubscribeAsync(Subjects.Node(2), Soon);
        Assert.Equal(BusPublish.Sent, b.Bus.TryPublish(Subjects.Node(1), "to a"u8.ToArray(), 11));
        Assert.Equal(BusPublish.Sent, b.Bus.TryPublish(Subjects.Node(2), "to b"u8.ToArray(), 12));
        Assert.Equal(BusPublish.Sent, b.Bus.TryPublish(Subjects.Node(3), "to c"u8.ToArray(), 13));
        Assert.Equal(BusPublish.Sent, b.Bus.TryPublish(Subjects.Node(3), "to c"u8.ToArray()));
        Assert.Equal(BusPublish.Sent, b.Bus.TryPublish(Subjects.Node(4), "to d"u8.ToArray(), ulong.MaxValue));
        await Eventually.HoldsAsync("it is told", () => b.Told.Nobody.Count >= 2);
        await Eventually.HoldsAsync("the others have come", () => a.Told.Count == 1 && b.Told.Count == 1);
        Assert.Equal([13UL, ulong.MaxValue], b.Told.Nobody.Order());
        Assert.Empty(a.Told.Nobody);
    }

    [Fact]
    public async Task What_is_too_large_is_refused_and_hurts_nobody()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.All, Soon);
        var largest = new byte[b.Bus.MaxFrameBytes];
        new Random(1).NextBytes(largest);
        Assert.Equal(BusPublish.TooLarge, b.Bus.TryPublish(Subjects.All, new byte[largest.Length + 1]));
        Assert.Equal(BusPublish.TooLarge, b.Bus.TryPublish(Subjects.All, new byte[2 * largest.Length], 5));
        Assert.Equal(BusPublish.Sent, b.Bus.TryPublish(Subjects.All, largest));
        await Eventually.HoldsAsync("the largest has come", () => a.Told.Count == 1);
        Assert.Equal(largest, a.Told.Frames[0]);
        Assert.Equal(["up"], b.Told.States);
        Assert.Equal(["up"], a.Told.States);
    }

    [Fact]
    public async Task Bytes_come_as_they_were_whatever_they_are_and_however_many()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.All, Soon);
        var random = new Random(7);
        int[] sizes = [0, 1, 2, 3, 4, 51, 52, 53, 125, 126, 255, 256, 1023, 4095, 4096, 4097, 16_383, 16_384, 32_767, 65_535, 65_536, 65_537, 262_144, 524_287, a.Bus.MaxFrameBytes - 1, a.Bus.MaxFrameBytes];
        List<byte[]> sent = ["\r\n"u8.ToArray(), "PUB x 1\r\na\r\n"u8.ToArray(), "*1\r\n$4\r\nQUIT\r\n"u8.ToArray(), [.. Enumerable.Range(0, 256).Select(i => (byte)i)]];
        foreach (var size in sizes)
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            sent.Add(bytes);
        }
        foreach (var bytes in sent)
        {
            await b.PublishAsync(Subjects.All, bytes);
        }
        await Eventually.HoldsAsync("all have come", () => a.Told.Count == sent.Count);
        Assert.All(sent.Zip(a.Told.Frames), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public async Task Hostile_names_reach_their_own_subscribers_and_no_others()
    {
        string[] names = ["a b", "*", ">", ".", "a.b", "a.*", "a.>", "\r\n", "x\r\nPUB y 1\r\nz\r\n", "\0", "", "{tag}", "{tag}2", "😀", "é", "e\u0301", "[ab]", "a?", "$SYS", "~", new('n', 10_240), new('m', 10_240)];
        var (a, b) = (await StartAsync(), await StartAsync());
        foreach (var name in names)
        {
            await a.Bus.SubscribeAsync(Subjects.Room(name), Soon);
        }
        for (var i = 0; i < names.Length; i++)
        {
            b.Publish(Subjects.Room(names[i]), $"{i}");
        }
        await Eventually.HoldsAsync("each has come", () => a.Told.Count >= names.Length);
        await RoundTripAsync(a, b);
        Assert.Equal(Enumerable.Range(0, names.Length).Select(i => $"{i}"), a.Told.Texts.Where(t => t != "round trip"));
        Assert.Equal(["up"], b.Told.States);
    }

    [Fact]
    public async Task Publishing_from_many_threads_loses_nothing()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.All, Soon);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                await b.PublishAsync(Subjects.All, $"{thread}:{i}");
            }
        })));
        await Eventually.HoldsAsync("all have come", () => a.Told.Count == 4000);
        Assert.Equal(4000, a.Told.Texts.Distinct().Count());
    }

    [Fact]
    public async Task A_lost_connection_is_told_once_and_comes_back_with_every_subscription()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await b.Bus.SubscribeAsync(Subjects.All, Soon);
        for (var i = 0; i < 300; i++)
        {
            await a.Bus.SubscribeAsync(Subjects.Room($"r{i}"), Soon);
        }
        await a.Bus.SubscribeAsync(Subjects.Room("left"), Soon);

        Cut(a.Bus);
        await Eventually.HoldsAsync("the loss is told", () => !a.Told.IsUp);
        Assert.Equal(BusPublish.Down, a.Bus.TryPublish(Subjects.All, "lost"u8.ToArray()));
        a.Bus.Unsubscribe(Subjects.Room("left"));
        var pending = a.Bus.SubscribeAsync(Subjects.Room("later"), CancellationToken.None).AsTask();

        Restore(a.Bus);
        await Eventually.HoldsAsync("the connection is told", () => a.Told.IsUp);
        await pending.WaitAsync(Eventually.Soon, TestContext.Current.CancellationToken);
        Assert.Equal(["up", "down", "up"], a.Told.States);
        for (var i = 0; i < 300; i++)
        {
            b.Publish(Subjects.Room($"r{i}"), $"{i}");
        }
        b.Publish(Subjects.Room("left"), "left");
        b.Publish(Subjects.Room("later"), "later");
        await Eventually.HoldsAsync("every subscription is there", () => a.Told.Count >= 301);
        await RoundTripAsync(a, b);
        Assert.DoesNotContain("left", a.Told.Texts);
        Assert.Contains("later", a.Told.Texts);
        Assert.DoesNotContain("lost", b.Told.Texts);
        await RoundTripAsync(b, a);
        Assert.Equal(["up"], b.Told.States);
    }

    [Fact]
    public async Task A_subscription_cancelled_while_there_is_no_connection_comes_with_the_connection()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        Cut(a.Bus);
        await Eventually.HoldsAsync("the loss is told", () => !a.Told.IsUp);
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        try
        {
            await a.Bus.SubscribeAsync(Subjects.Room("lobby"), impatience.Token);
        }
        catch (OperationCanceledException)
        {
            // A bus that needs a server has nobody to confirm it.
        }
        Restore(a.Bus);
        await Eventually.HoldsAsync("the connection is told", () => a.Told.IsUp);
        b.Publish(Subjects.Room("lobby"), "hello");
        await Eventually.HoldsAsync("it is subscribed", () => a.Told.Texts.Contains("hello"));
    }

    [Fact]
    public async Task A_connection_that_is_given_up_comes_back_with_every_subscription()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.Room("lobby"), Soon);
        for (var i = 1; i <= 3; i++)
        {
            a.Bus.Reconnect();
            await Eventually.HoldsAsync("it is down and up again", () => a.Told.States.Count == 1 + 2 * i && a.Told.IsUp);
            b.Publish(Subjects.Room("lobby"), $"{i}");
            await Eventually.HoldsAsync("it is subscribed", () => a.Told.Texts.Contains($"{i}"));
        }
        Assert.Equal(["1", "2", "3"], a.Told.Texts);
        Assert.Equal(["up", "down", "up", "down", "up", "down", "up"], a.Told.States);
    }

    [Fact]
    public async Task After_its_end_a_bus_tells_nothing_and_takes_nothing()
    {
        var (a, b) = (await StartAsync(), await StartAsync());
        await a.Bus.SubscribeAsync(Subjects.Room("lobby"), Soon);
        await a.Bus.DisposeAsync();
        await NobodyListensAsync(b, Subjects.Room("lobby"));
        Assert.Empty(a.Told.Texts);
        Assert.Equal(BusPublish.Down, a.Bus.TryPublish(Subjects.All, "x"u8.ToArray()));
        await a.Bus.DisposeAsync();
    }

    /// <summary>A started bus that is up.</summary>
    private protected async Task<Node> StartAsync()
    {
        var node = new Node(await CreateAsync(), new RecordingReceiver());
        _nodes.Add(node);
        await node.Bus.StartAsync(node.Told, Soon);
        await Eventually.HoldsAsync("the bus is up", () => node.Told.IsUp);
        return node;
    }

    private protected void Adopt(Node node) => _nodes.Add(node);

    /// <summary>Waits until everything published before has had its time to come.</summary>
    private protected async Task RoundTripAsync(Node to, Node from)
    {
        var subject = Subjects.Room("round trip");
        var before = to.Told.Texts.Count(t => t == "round trip");
        await to.Bus.SubscribeAsync(subject, Soon);
        from.Publish(subject, "round trip");
        await Eventually.HoldsAsync("a round trip is made", () => to.Told.Texts.Count(t => t == "round trip") > before);
    }

    private protected static async Task NobodyListensAsync(Node from, string subject)
    {
        ulong correlation = 1000;
        await Eventually.HoldsAsync($"nobody listens to {subject}", async () =>
        {
            var mine = ++correlation;
            from.Bus.TryPublish(subject, "anybody?"u8.ToArray(), mine);
            var asked = System.Diagnostics.Stopwatch.StartNew();
            while (asked.ElapsedMilliseconds < 100)
            {
                if (from.Told.Nobody.Contains(mine))
                {
                    return true;
                }
                await Eventually.ElapseAsync(TimeSpan.FromMilliseconds(2));
            }
            return false;
        });
    }

    internal sealed record Node(IClusterBus Bus, RecordingReceiver Told)
    {
        public void Publish(string subject, string text) => Assert.Equal(BusPublish.Sent, Bus.TryPublish(subject, Encoding.Latin1.GetBytes(text)));

        public Task PublishAsync(string subject, string text) => PublishAsync(subject, Encoding.Latin1.GetBytes(text));

        /// <summary>Publishes as soon as the bus is not busy any more.</summary>
        public async Task PublishAsync(string subject, byte[] bytes)
        {
            if (Bus.TryPublish(subject, bytes) is var first && first != BusPublish.Sent)
            {
                Assert.Equal(BusPublish.Busy, first);
                await Eventually.HoldsAsync("the bus takes it", () => Bus.TryPublish(subject, bytes) == BusPublish.Sent);
            }
        }
    }
}
