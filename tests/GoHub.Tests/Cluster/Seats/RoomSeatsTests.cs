using GoHub.Bus;
using GoHub.Cluster;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GoHub.Tests.Cluster.Seats;

public sealed class RoomSeatsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();
    private readonly List<(string Room, int Count)> _evicted = [];
    private readonly FaultySeats _store;
    private readonly RoomSeats _seats;

    public RoomSeatsTests()
    {
        _store = new(new MemorySeats(_time));
        _seats = Node(1);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task SeatsOfOneRoom_AreSharedByNodes()
    {
        var other = Node(2);

        Assert.Equal(SeatResult.Granted, await _seats.TakeAsync("r", 2, Token).Soon());
        Assert.Equal(SeatResult.Granted, await other.TakeAsync("r", 2, Token).Soon());
        Assert.Equal(SeatResult.Full, await _seats.TakeAsync("r", 2, Token).Soon());
        Assert.Equal(SeatResult.Full, await other.TakeAsync("r", 2, Token).Soon());
        Assert.Equal(SeatResult.Granted, await other.TakeAsync("another", 2, Token).Soon());

        _seats.Release("r");

        Assert.Equal(SeatResult.Granted, await other.TakeAsync("r", 2, Token).Soon());
    }

    [Fact]
    public async Task WithoutAStore_SeatsAreUnavailable()
    {
        var seats = new RoomSeats(() => null, 1, _time, _log, (_, _) => { });

        Assert.Equal(SeatResult.Unavailable, await seats.TakeAsync("r", 2, Token).Soon());
        Assert.Equal(0, seats.RoomCount);
    }

    [Fact]
    public async Task ALease_LapsesWhenTheStoreIsAway_AndIsThereAgainWithTheBus()
    {
        var lease = _seats.LeaseOf("r");
        Assert.False(lease.HasLapsed);
        Assert.Equal(SeatResult.Granted, await _seats.TakeAsync("r", 2, Token).Soon());
        _store.Fault = () => throw new BusException("gone");

        await PassAsync(TimeSpan.FromSeconds(12));
        Assert.False(lease.HasLapsed);
        await PassAsync(TimeSpan.FromSeconds(1.5));
        Assert.True(lease.HasLapsed);
        Assert.Single(_log.At(LogLevel.Warning), l => l.Contains("nothing is delivered"));

        _store.Fault = null;
        _seats.Reassert();

        Assert.False(lease.HasLapsed);
        Assert.Empty(_evicted);
        Assert.Same(lease, _seats.LeaseOf("r"));
    }

    [Fact]
    public async Task AFault_IsSaidOnce_AndSoIsItsEnd()
    {
        await _seats.TakeAsync("r", 2, Token).Soon();
        _store.Fault = () => throw new BusException("gone");
        await PassAsync(TimeSpan.FromSeconds(30));
        _store.Fault = null;
        await PassAsync(TimeSpan.FromSeconds(30));

        Assert.Single(_log.At(LogLevel.Warning), l => l.Contains("(gone)"));
        Assert.Single(_log.At(LogLevel.Information), l => l.Contains("again"));
    }

    [Fact]
    public async Task ANodeThatWasStopped_LosesTheSeatsThatOthersTookMeanwhile()
    {
        var lease = _seats.LeaseOf("r");
        await _seats.TakeAsync("r", 2, Token).Soon();
        await _seats.TakeAsync("r", 2, Token).Soon();
        var other = Node(2);

        // Nobody calls Tick: the process is stopped.
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(lease.HasLapsed);
        Assert.Equal(SeatResult.Granted, await other.TakeAsync("r", 2, Token).Soon());
        _seats.Tick();

        Assert.Equal([("r", 1)], _evicted);
        Assert.True(lease.HasLapsed);
        _seats.Release(lease);
        Assert.False(lease.HasLapsed);
    }

    [Fact]
    public async Task AStoreThatDoesNotAnswer_MakesAJoinUnavailableInTime()
    {
        _store.Fault = () => new(new TaskCompletionSource<int>().Task);
        var join = _seats.TakeAsync("r", 2, Token).AsTask();

        await PassAsync(RoomSeats.JoinDeadline - TimeSpan.FromMilliseconds(500));
        Assert.False(join.IsCompleted);
        await PassAsync(TimeSpan.FromMilliseconds(500));

        Assert.Equal(SeatResult.Unavailable, await join.Soon());
    }

    [Fact]
    public async Task ALostRequest_IsMadeAgainWithinTheJoin()
    {
        _store.Fault = () => new(new TaskCompletionSource<int>().Task);
        var join = _seats.TakeAsync("r", 2, Token).AsTask();
        _store.Fault = null;
        await PassAsync(TimeSpan.FromSeconds(1.5));

        Assert.Equal(SeatResult.Granted, await join.Soon());
    }

    [Fact]
    public async Task ACancelledJoin_TakesNoSeat()
    {
        var answer = new TaskCompletionSource<int>();
        _store.Fault = () => new(answer.Task);
        using var cancel = new CancellationTokenSource();
        var join = _seats.TakeAsync("r", 2, cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => join.Soon());
        _store.Fault = null;
        answer.SetResult(1);
        await Waiting.Until(() => _seats.RoomCount == 0);

        Assert.Equal(0, _store.Wanted[^1]);
    }

    [Fact]
    public async Task AnEmptyRoom_IsForgotten_UnlessItsLeaseWasHandedOut()
    {
        await _seats.TakeAsync("r", 2, Token).Soon();
        _seats.Release("r");
        Assert.Equal(0, _seats.RoomCount);

        var lease = _seats.LeaseOf("s");
        await _seats.TakeAsync(lease, 2, Token).Soon();
        _seats.Release(lease);
        _seats.Tick();
        Assert.Equal(1, _seats.RoomCount);
        Assert.Same(lease, _seats.LeaseOf("s"));

        _seats.Forget("s");
        Assert.Equal(0, _seats.RoomCount);
    }

    [Fact]
    public async Task ADeletedRoom_GivesItsSeatsBack_AndALateLeaveTakesNoneOfTheNewRoom()
    {
        var old = _seats.LeaseOf("r");
        await _seats.TakeAsync(old, 1, Token).Soon();
        _seats.Forget("r");
        Assert.True(old.HasLapsed);

        var lease = _seats.LeaseOf("r");
        Assert.NotSame(old, lease);
        Assert.Equal(SeatResult.Granted, await _seats.TakeAsync(lease, 1, Token).Soon());
        _seats.Release(old);
        Assert.Equal(SeatResult.Unavailable, await _seats.TakeAsync(old, 1, Token).Soon());

        Assert.Equal(SeatResult.Full, await Node(2).TakeAsync("r", 1, Token).Soon());
    }

    [Fact]
    public async Task ALowerLimit_EvictsThoseWhoNoLongerFit()
    {
        await _seats.TakeAsync("r", 3, Token).Soon();
        await _seats.TakeAsync("r", 3, Token).Soon();

        Assert.Equal(SeatResult.Full, await _seats.TakeAsync("r", 1, Token).Soon());
        Assert.Equal([("r", 1)], _evicted);
    }

    [Fact]
    public async Task ALeavingNode_GivesAllBack_AndTakesNoMore()
    {
        await _seats.TakeAsync("r", 1, Token).Soon();
        await _seats.TakeAsync("s", 1, Token).Soon();

        await _seats.ReleaseAllAsync(Token);

        var other = Node(2);
        Assert.Equal(SeatResult.Granted, await other.TakeAsync("r", 1, Token).Soon());
        Assert.Equal(SeatResult.Granted, await other.TakeAsync("s", 1, Token).Soon());
        Assert.Equal(SeatResult.Unavailable, await _seats.TakeAsync("t", 1, Token).Soon());
        Assert.Empty(_log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task ALeavingNode_DoesNotWaitForAStoreThatIsAway()
    {
        await _seats.TakeAsync("r", 1, Token).Soon();
        _store.Fault = () => new(new TaskCompletionSource<int>().Task);
        using var limit = new CancellationTokenSource();

        var leaving = _seats.ReleaseAllAsync(limit.Token).AsTask();
        Assert.False(leaving.IsCompleted);
        await limit.CancelAsync();
        await leaving.Soon();

        Assert.Single(_log.At(LogLevel.Warning), l => l.Contains("could not be given back"));
    }

    [Fact]
    public async Task AnOwnerThatCannotEvict_IsAskedAgain()
    {
        var seats = new RoomSeats(_store, 7, _time, _log, (_, _) => throw new InvalidOperationException());
        await seats.TakeAsync("r", 2, Token).Soon();
        await seats.TakeAsync("r", 2, Token).Soon();
        _time.Advance(TimeSpan.FromSeconds(20));
        await _seats.TakeAsync("r", 2, Token).Soon();

        seats.Tick();
        _time.Advance(TimeSpan.FromSeconds(6));
        seats.Tick();

        Assert.Equal(2, _log.At(LogLevel.Error).Count);
        Assert.True(seats.LeaseOf("r").HasLapsed);
    }

    private RoomSeats Node(ulong id) => new(_store, id, _time, _log, (room, count) => _evicted.Add((room, count)));

    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(500))
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            // What a timer has cancelled continues on this thread.
            await Task.Yield();
            _seats.Tick();
        }
    }

    /// <summary>Seats that can be told to fail.</summary>
    private sealed class FaultySeats(ISeatStore inner) : ISeatStore
    {
        public Func<ValueTask<int>>? Fault { get; set; }

        public List<int> Wanted { get; } = [];

        public TimeSpan Lease => inner.Lease;

        public async ValueTask<int> HoldAsync(string room, ulong node, int wanted, int capacity, CancellationToken cancellationToken)
        {
            Wanted.Add(wanted);
            return Fault is { } fault
                ? await fault().AsTask().WaitAsync(cancellationToken)
                : await inner.HoldAsync(room, node, wanted, capacity, cancellationToken);
        }
    }
}
