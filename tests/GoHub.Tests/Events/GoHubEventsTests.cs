using System.Collections.Concurrent;
using GoHub.Events;
using Microsoft.Extensions.Logging;

namespace GoHub.Tests.Events;

public sealed class GoHubEventsTests : IAsyncDisposable
{
    private readonly Node _node = new();

    private GoHubEvents Events => _node.Events;

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task On_OfOneConnection_SeesAllTypesInOrder()
    {
        ConcurrentDictionary<string, ConcurrentQueue<int>> seen = [];
        Events.On<GoHubEvent>(async (e, _) =>
        {
            await Task.Yield();
            var (connection, number) = Number(e);
            seen.GetOrAdd(connection, _ => new()).Enqueue(number);
        });
        for (var i = 0; i < 100; i++)
        {
            foreach (var connection in new[] { "a", "b", "c" })
            {
                Tell(connection, i);
            }
        }
        await Events.CompleteAsync().Soon();

        Assert.Equal(3, seen.Count);
        Assert.All(seen.Values, numbers => Assert.Equal(Enumerable.Range(0, 100), numbers));
    }

    [Fact]
    public async Task On_AType_SeesThatTypeOnly()
    {
        List<GoHubEvent> seen = [];
        Events.On<RoomLeftEvent>(seen.Add);
        Tell("a", 0);
        Tell("a", 1);
        await Events.CompleteAsync().Soon();

        Assert.IsType<RoomLeftEvent>(Assert.Single(seen));
    }

    [Fact]
    public async Task Subscriber_ThatThrows_IsLoggedCountedAndHeardAgain()
    {
        using var counted = new Counted(_node, "gohub_critical_errors_total");
        var calls = 0;
        var others = 0;
        Events.On<RoomLeftEvent>(_ =>
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException();
        });
        Events.On<RoomLeftEvent>(_ => Interlocked.Increment(ref others));
        for (var i = 0; i < 3; i++)
        {
            Tell("a", 1);
        }
        await Events.CompleteAsync().Soon();

        Assert.Equal((3, 3), (calls, others));
        Assert.Equal(3, counted.Value);
        Assert.Equal(3, _node.Log.At(LogLevel.Error).Count);
    }

    [Fact]
    public async Task Subscriber_ThatIsSlow_LosesEventsAndHoldsUpNobody()
    {
        using var dropped = new Counted(_node, "gohub_events_dropped_total");
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = 0;
        Events.On<RoomLeftEvent>(async (_, _) =>
        {
            started.TrySetResult();
            await goOn.Task;
            Interlocked.Increment(ref slow);
        });
        const int Told = 5000;
        Tell("a", 1);
        await started.Task.Soon();
        for (var i = 1; i < Told; i++)
        {
            Tell("a", 1);
        }
        var quick = 0;
        Events.On<RoomLeftEvent>(_ => Interlocked.Increment(ref quick));
        Tell("b", 1);
        await Waiting.Until(() => Volatile.Read(ref quick) == 1);
        goOn.SetResult();
        await Events.CompleteAsync().Soon();

        Assert.InRange(slow, 1, 1200);
        Assert.Equal(Told + 1, slow + dropped.Value);
        // Said once, not 4,000 times.
        Assert.Single(_node.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task Subscriber_ThatBlocksItsThread_HoldsUpNeitherThePublisherNorOtherConnections()
    {
        using var blocked = new ManualResetEventSlim();
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Events.On<RoomLeftEvent>(e =>
        {
            if (e.ConnectionId == "a")
            {
                blocked.Wait();
            }
            else
            {
                other.SetResult();
            }
        });
        Tell("a", 1);
        Tell("b", 1);

        await other.Task.Soon();
        blocked.Set();
        await Events.CompleteAsync().Soon();
    }

    [Fact]
    public async Task Dispose_EndsTheSubscriptionAndCancelsItsHandler()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        var subscription = Events.On<RoomLeftEvent>(async (_, token) =>
        {
            Interlocked.Increment(ref calls);
            using var registration = token.Register(cancelled.SetResult);
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _node.Time, token);
        });
        Tell("a", 1);
        await started.Task.Soon();
        subscription.Dispose();
        subscription.Dispose();
        Tell("a", 1);
        await cancelled.Task.Soon();
        await Events.CompleteAsync().Soon();

        Assert.Equal(1, calls);
        Assert.Empty(_node.Log.At(LogLevel.Error));
        Assert.Empty(_node.Log.At(LogLevel.Warning));
    }

    [Fact]
    public void Publish_WhenNobodyWantsIt_MakesNoEvent()
    {
        Events.On<RoomLeftEvent>(_ => { });

        Events.Publish(0, static RoomJoinedEvent (_, _) => throw new InvalidOperationException("made"));
    }

    [Fact]
    public async Task ReadAllAsync_SeesWhatComesAfterItStartedInOrderUntilTheEnd()
    {
        Tell("a", 1);
        await using var reader = Events.ReadAllAsync<RoomLeftEvent>(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = reader.MoveNextAsync().AsTask();
        Tell("a", 3);
        Tell("b", 5);
        Assert.True(await first.Soon());
        Assert.Equal(3, Number(reader.Current).Number);
        Assert.True(await reader.MoveNextAsync().Soon());
        Assert.Equal(5, Number(reader.Current).Number);
        await Events.CompleteAsync().Soon();
        Assert.False(await reader.MoveNextAsync().Soon());
    }

    [Fact]
    public async Task ReadAllAsync_OfAReaderThatStops_HoldsAtMostItsQueue()
    {
        using var dropped = new Counted(_node, "gohub_events_dropped_total");
        var reader = Events.ReadAllAsync<RoomLeftEvent>(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = reader.MoveNextAsync().AsTask();
        Tell("a", 1);
        await first.Soon();
        for (var i = 0; i < 5000; i++)
        {
            Tell("a", 1);
        }
        Assert.Equal(5000 - 1024, dropped.Value);

        await reader.DisposeAsync();
        Tell("a", 1);
        Assert.Equal(5000 - 1024, dropped.Value);
    }

    // Joins and leaves by turns.
    private void Tell(string connection, int number)
    {
        if (number % 2 == 0)
        {
            Events.Publish((connection, number), static (s, at) => new RoomJoinedEvent(at, s.number.ToString(System.Globalization.CultureInfo.InvariantCulture), s.connection, null));
        }
        else
        {
            Events.Publish((connection, number), static (s, at) => new RoomLeftEvent(at, s.number.ToString(System.Globalization.CultureInfo.InvariantCulture), s.connection, null));
        }
    }

    private static (string Connection, int Number) Number(GoHubEvent e)
    {
        var (connection, room) = e is RoomJoinedEvent joined ? (joined.ConnectionId, joined.RoomId) : (((RoomLeftEvent)e).ConnectionId, ((RoomLeftEvent)e).RoomId);
        return (connection, int.Parse(room, System.Globalization.CultureInfo.InvariantCulture));
    }
}
