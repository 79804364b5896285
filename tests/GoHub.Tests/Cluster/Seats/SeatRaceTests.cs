using GoHub.Bus;
using GoHub.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoHub.Tests.Cluster.Seats;

/// <summary>Real threads, and a store that takes its time.</summary>
public sealed class SeatRaceTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Nodes = 4;
    private const int Capacity = 10;

    private readonly MemorySeats _store = new(TimeProvider.System);
    private readonly List<Timer> _ticks = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var ticks in _ticks)
        {
            await ticks.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoHundredJoins_OverFourNodes_TakeTheTenSeats(bool slowStore)
    {
        var nodes = NewNodes(slowStore);
        var granted = 0;
        var other = 0;

        await Race(8, thread => Task.WhenAll(Enumerable.Range(0, 25).Select(async i =>
        {
            switch (await nodes[(thread + i) % Nodes].TakeAsync("r", Capacity, Token))
            {
                case SeatResult.Granted:
                    Interlocked.Increment(ref granted);
                    break;
                case SeatResult.Unavailable:
                    Interlocked.Increment(ref other);
                    break;
            }
        })));

        Assert.Equal(0, other);
        Assert.Equal(Capacity, granted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task JoinsAndLeaves_NeverExceedTheLimit_AndLeaveNothingBehind(bool slowStore)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var nodes = NewNodes(slowStore);
        var members = new int[2];
        var most = 0;
        var granted = 0;

        await Race(16, async thread =>
        {
            var random = new Random(seed + thread);
            for (var i = 0; i < 300; i++)
            {
                var room = random.Next(2);
                var node = nodes[random.Next(Nodes)];
                if (await node.TakeAsync($"r{room}", Capacity / 2, Token) == SeatResult.Granted)
                {
                    Interlocked.Increment(ref granted);
                    var count = Interlocked.Increment(ref members[room]);
                    for (int seen; count > (seen = Volatile.Read(ref most));)
                    {
                        Interlocked.CompareExchange(ref most, count, seen);
                    }
                    await Task.Yield();
                    Interlocked.Decrement(ref members[room]);
                    node.Release($"r{room}");
                }
            }
        });

        output.WriteLine($"{granted} joins, at most {most} at once");
        Assert.InRange(most, 1, Capacity / 2);
        await Waiting.Until(() => nodes.All(n => n.RoomCount == 0));
        // Nothing is held: another node gets all of them.
        Assert.Equal(Capacity / 2, await _store.HoldAsync("r0", 99, Capacity / 2, Capacity / 2, Token));
        Assert.Equal(Capacity / 2, await _store.HoldAsync("r1", 99, Capacity / 2, Capacity / 2, Token));
    }

    [Fact]
    public async Task CancelledJoins_LeaveNoSeatHeld()
    {
        var nodes = NewNodes(slowStore: true);

        await Race(8, async thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 100; i++)
            {
                using var cancel = new CancellationTokenSource();
                var node = nodes[random.Next(Nodes)];
                var join = node.TakeAsync("r", Capacity, cancel.Token).AsTask();
                if (random.Next(2) == 0)
                {
                    await Task.Yield();
                }
                await cancel.CancelAsync();
                try
                {
                    if (await join == SeatResult.Granted)
                    {
                        node.Release("r");
                    }
                }
                catch (OperationCanceledException)
                {
                    // As asked; no seat may be held for it, which is looked at below.
                }
            }
        });

        await Waiting.Until(() => nodes.All(n => n.RoomCount == 0));
        Assert.Equal(Capacity, await _store.HoldAsync("r", 99, Capacity, Capacity, Token));
    }

    private static Task Race(int threads, Func<int, Task> work) =>
        Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(() => work(thread), Token, TaskCreationOptions.None, TaskScheduler.Default).Unwrap())).Soon();

    private RoomSeats[] NewNodes(bool slowStore)
    {
        ISeatStore store = slowStore ? new LateSeats(_store) : _store;
        RoomSeats[] nodes = [.. Enumerable.Range(1, Nodes).Select(id => new RoomSeats(store, (ulong)id, TimeProvider.System, NullLogger.Instance, (_, _) => Assert.Fail("Nobody is too many here.")))];
        _ticks.AddRange(nodes.Select(node => new Timer(_ => node.Tick(), null, 50, 50)));
        return nodes;
    }

    /// <summary>Answers from another thread.</summary>
    private sealed class LateSeats(ISeatStore inner) : ISeatStore
    {
        public TimeSpan Lease => inner.Lease;

        public async ValueTask<int> HoldAsync(string room, ulong node, int wanted, int capacity, CancellationToken cancellationToken)
        {
            await Task.Yield();
            var held = await inner.HoldAsync(room, node, wanted, capacity, cancellationToken);
            await Task.Yield();
            return held;
        }
    }
}
