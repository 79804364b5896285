using System.Buffers.Binary;
using GoHub.Bus;
using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Simulation;

/// <summary>A fault put in on purpose.</summary>
public enum StreamMutant
{
    None,
    NoBeacon,
    GapsAreNotTold,
    DuplicatesAreDelivered,
    StreamsEndAtOnce,
}

/// <summary>Nodes that send to one room by the real <see cref="PublishStream"/>, a bus that loses, and nodes that listen by the real <see cref="GapDetector"/>.</summary>
internal sealed class StreamSimulation(int seed, StreamMutant mutant)
{
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BeaconAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan EndAfter = TimeSpan.FromSeconds(8);

    /// <summary>Source: promise P2.</summary>
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(5);

    private readonly Timeline _timeline = new(seed);
    private readonly List<Publisher> _publishers = [];
    private readonly List<StreamListener> _listeners = [];

    private sealed class Publisher(ulong number, LossyBus bus)
    {
        public ulong Number { get; } = number;

        public LossyBus Bus { get; } = bus;

        public PublishStream? Stream { get; set; }

        public long Messages { get; set; }

        /// <summary>When the connection to the bus was last lost or made, or a frame could have been lost.</summary>
        public TimeSpan Troubled { get; set; }

        /// <summary>Since when there is no connection, or when there was one again.</summary>
        public TimeSpan Up { get; set; }
    }

    public void Run()
    {
        var duplication = _timeline.Pick([0, 0, 0.1]);
        _listeners.AddRange(Enumerable.Range(0, _timeline.Random.Next(1, 3)).Select(_ => new StreamListener(mutant)));
        for (var number = _timeline.Random.Next(1, 4); number > 0; number--)
        {
            var publisher = new Publisher((ulong)number, new LossyBus(_timeline, () => _listeners) { Duplication = duplication });
            _publishers.Add(publisher);
            Say(publisher);
            Tick(publisher);
        }
        Fail();
        Move();
        _timeline.RunUntil(Trouble);
        _publishers.ForEach(Heal);
        _timeline.RunUntil(Trouble + (3 * NoticedWithin));
    }

    // Bursts, and silences that are shorter and longer than a beacon and the life of a stream.
    private void Say(Publisher publisher)
    {
        if (_timeline.Now >= Trouble)
        {
            return;
        }
        Publish(publisher);
        _timeline.In(_timeline.Chance(0.7) ? _timeline.Between(0.001, 0.3) : _timeline.Between(1, 12), () => Say(publisher));
    }

    private void Publish(Publisher publisher)
    {
        var message = ++publisher.Messages;
        Span<byte> body = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(body, message);
        // The number of a stream tells the listener here how many messages came before it.
        while ((publisher.Stream ??= new PublishStream(publisher.Bus, "room", [], publisher.Number, ((ulong)(message - 1) << 20) + publisher.Number))
            .TryPublish(BusFrameKind.Room, body, default, default, _timeline.Now) is null)
        {
            publisher.Stream = null;
        }
        foreach (var listener in _listeners.Where(l => publisher.Bus.IsDown || l.Knows(publisher.Number)))
        {
            var (generation, sent) = (listener.Generation, _timeline.Now);
            _timeline.In(NoticedWithin, () => Check(publisher, listener, generation, message, sent));
        }
    }

    private void Check(Publisher publisher, StreamListener listener, int generation, long message, TimeSpan sent)
    {
        if (listener.Generation != generation)
        {
            return;
        }
        if (listener.PassedOver(publisher.Number, message) && publisher.Troubled < sent)
        {
            throw new Violation($"message {message} of {publisher.Number}, sent at {sent} without a bus, is not missed by who hears it for the first time");
        }
        if (listener.Noticed(publisher.Number, message))
        {
            return;
        }
        if (publisher.Bus.IsDown || (publisher.Up > sent && _timeline.Now < publisher.Up + NoticedWithin))
        {
            // Until the bus is there nobody can be told.
            _timeline.In(NoticedWithin / 4, () => Check(publisher, listener, generation, message, sent));
            return;
        }
        // A beacon can be lost too: then only the next message tells.
        if (publisher.Bus.Loss == 0 && publisher.Troubled < sent + (BeaconAfter / 2))
        {
            throw new Violation($"message {message} of {publisher.Number}, sent at {sent}, is not missed at {_timeline.Now}");
        }
    }

    private void Tick(Publisher publisher)
    {
        var beaconAfter = mutant == StreamMutant.NoBeacon ? TimeSpan.FromDays(1) : BeaconAfter;
        if (publisher.Stream?.Tick(_timeline.Now, beaconAfter, EndAfter) == true || (mutant == StreamMutant.StreamsEndAtOnce && publisher.Bus.IsDown))
        {
            publisher.Stream = null;
        }
        _timeline.In(TimeSpan.FromMilliseconds(250), () => Tick(publisher));
    }

    private void Fail()
    {
        if (_timeline.Now >= Trouble)
        {
            return;
        }
        var publisher = _timeline.Pick(_publishers);
        if (_timeline.Chance(0.6))
        {
            publisher.Bus.Loss = _timeline.Pick([0.05, 0.5, 1]);
            _timeline.In(_timeline.Between(0.05, 2), () => Heal(publisher));
        }
        else
        {
            (publisher.Bus.IsDown, publisher.Up) = (true, _timeline.Now);
            _timeline.In(_timeline.Between(0.5, 20), () => Heal(publisher));
        }
        _timeline.In(_timeline.Between(0.5, 8), Fail);
    }

    private void Heal(Publisher publisher)
    {
        if (publisher.Bus.Loss > 0)
        {
            (publisher.Bus.Loss, publisher.Troubled) = (0, _timeline.Now);
        }
        if (publisher.Bus.IsDown)
        {
            (publisher.Bus.IsDown, publisher.Up) = (false, _timeline.Now);
        }
    }

    private void Move()
    {
        _timeline.In(_timeline.Between(5, 30), () =>
        {
            _timeline.Pick(_listeners).ListenAnew();
            Move();
        });
    }
}
