using GoHub.Bus;
using GoHub.Cluster;

namespace GoHub.Tests.Cluster.Rooms;

/// <summary>Numbers go out in order, the last is told once more, and a silent stream ends.</summary>
public sealed class PublishStreamTests : IAsyncDisposable
{
    private static readonly TimeSpan BeaconAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan EndAfter = TimeSpan.FromMinutes(1);

    private readonly RecordingBus _bus = new();
    private readonly PublishStream _stream;

    public PublishStreamTests() => _stream = new PublishStream(_bus, "s", "room"u8.ToArray(), 7, 42);

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    [Fact]
    public async Task Numbers_WhoeverPublishes_GoOutInOrder()
    {
        const int Each = 500;
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), (_, _) =>
        {
            for (var i = 0; i < Each; i++)
            {
                Publish(0);
            }
            return ValueTask.CompletedTask;
        });
        Assert.Equal(Enumerable.Range(1, 4 * Each).Select(i => (ulong)i), _bus.Sent.Select(s => s.Sequence));
        Assert.Equal(4UL * Each, _stream.Sequence);
    }

    [Fact]
    public void Number_OfWhatTheBusDoesNotTake_IsCountedNevertheless()
    {
        Publish(0);
        _bus.Result = BusPublish.Busy;
        Assert.Equal(BusPublish.Busy, Publish(0));
        _bus.Result = BusPublish.Sent;
        Publish(0);
        Assert.Equal([1UL, 3UL], _bus.Sent.Where(s => s.Kind == BusFrameKind.Room).Select(s => s.Sequence));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Base_AfterWhatTheBusDidNotTake_ComesBeforeTheNext(int before)
    {
        for (var i = 0; i < before; i++)
        {
            Publish(0);
        }
        _bus.Result = BusPublish.Down;
        Publish(0);
        Publish(0);
        _bus.Result = BusPublish.Sent;
        Publish(1);
        Publish(1);
        Assert.Equal(
            [(BusFrameKind.Beacon, 42UL, (ulong)before), (BusFrameKind.Room, 42UL, (ulong)before + 3), (BusFrameKind.Room, 42UL, (ulong)before + 4)],
            _bus.Sent[before..]);
    }

    [Fact]
    public void Base_AfterWhatTheBusDidNotTake_ComesBeforeTheBeacon()
    {
        _bus.Result = BusPublish.Down;
        Publish(0);
        _bus.Result = BusPublish.Sent;
        Tick(3);
        Assert.Equal([(BusFrameKind.Beacon, 42UL, 0UL), (BusFrameKind.Beacon, 42UL, 1UL)], _bus.Sent);
    }

    [Fact]
    public void Message_ThatIsTooLarge_IsNotCounted()
    {
        Assert.Equal(BusPublish.TooLarge, _stream.TryPublish(BusFrameKind.Room, new byte[_bus.MaxFrameBytes], default, default, default));
        Assert.Equal(0UL, _stream.Sequence);
    }

    [Fact]
    public void Beacon_ComesOnce_ThreeSecondsAfterTheLastOfABurst()
    {
        Publish(0);
        Publish(1);
        Tick(3.9);
        Assert.DoesNotContain(_bus.Sent, s => s.Kind == BusFrameKind.Beacon);
        Tick(4);
        Assert.Equal((BusFrameKind.Beacon, 42UL, 2UL), _bus.Sent[^1]);
        Tick(5);
        Assert.Equal(3, _bus.Sent.Count);
        Publish(6);
        Tick(9);
        Assert.Equal((BusFrameKind.Beacon, 42UL, 3UL), _bus.Sent[^1]);
    }

    [Fact]
    public void Beacon_ThatTheBusDidNotTake_IsTriedAgain()
    {
        Publish(0);
        _bus.Result = BusPublish.Down;
        Tick(3);
        _bus.Result = BusPublish.Sent;
        Tick(3.25);
        Assert.Equal((BusFrameKind.Beacon, 42UL, 1UL), _bus.Sent[^1]);
    }

    [Fact]
    public void Stream_ThatIsSilentForAMinute_Ends_AndTakesNothingMore()
    {
        Publish(0);
        Assert.False(Tick(59.9));
        Assert.True(Tick(60));
        Assert.Null(Publish(60));
    }

    [Fact]
    public void Stream_WhoseNumberTheBusHasNotTaken_DoesNotEndBeforeItIsTold()
    {
        Publish(0);
        _bus.Result = BusPublish.Down;
        Assert.False(Tick(90));
        _bus.Result = BusPublish.Sent;
        Assert.True(Tick(90.25));
        Assert.Equal((BusFrameKind.Beacon, 42UL, 1UL), _bus.Sent[^1]);
    }

    [Fact]
    public void Stream_WhoseNumberTheBusNeverTakes_IsNotKeptForEver()
    {
        Publish(0);
        _bus.Result = BusPublish.Down;
        Assert.True(Tick(600));
    }

    private BusPublish? Publish(double at) => _stream.TryPublish(BusFrameKind.Room, "x"u8, default, default, TimeSpan.FromSeconds(at));

    private bool Tick(double at) => _stream.Tick(TimeSpan.FromSeconds(at), BeaconAfter, EndAfter);

    /// <summary>Writes down what it is given.</summary>
    private sealed class RecordingBus : IClusterBus
    {
        public List<(BusFrameKind Kind, ulong Stream, ulong Sequence)> Sent { get; } = [];

        public BusPublish Result { get; set; } = BusPublish.Sent;

        public string Name => "recording";

        public int MaxFrameBytes => 1024;

        public ISeatStore? Seats => null;

        public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, ulong correlation = 0)
        {
            if (Result == BusPublish.Sent)
            {
                Assert.True(BusFrame.TryRead(frame.Span, out var read));
                Sent.Add((read.Kind, read.Stream, read.Sequence));
            }
            return Result;
        }

        public Task StartAsync(IBusReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask SubscribeAsync(string subject, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Unsubscribe(string subject)
        {
        }

        public void Reconnect()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
