namespace GoHub.Tests.Dispatching;

/// <summary>The <c>On…</c> handlers of an endpoint.</summary>
public sealed class EventHandlers : IAsyncDisposable
{
    private readonly Node _node = new();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Handler_ThatThrows_DoesNotKeepTheEventFromTheNext()
    {
        var (hub, _) = _node.Map();
        var reached = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.OnRoomCreated(Task (RoomCreatedEvent e) => throw new InvalidOperationException("the first"));
        hub.OnRoomCreated((RoomCreatedEvent e) => reached.SetResult(e.RoomId));

        _node.Rooms.Create("r", "r", 0);
        await _node.Events.CompleteAsync().Soon();

        Assert.True(reached.Task.IsCompleted, "The second handler was never called.");
    }

    [Fact]
    public async Task Handlers_OfDifferentTypes_SeeOneConnectionsEventsInOrder()
    {
        await using var node = new Node(o => o.Rooms.AutoCreate = true);
        var (hub, _) = node.Map();
        List<string> seen = [];
        hub.OnRoomJoined((RoomJoinedEvent e) => seen.Add("joined " + e.RoomId));
        hub.OnRoomLeft((RoomLeftEvent e) => seen.Add("left " + e.RoomId));
        var client = node.Connect().Connection;

        for (var i = 0; i < 50; i++)
        {
            node.Rooms.Join("r" + i, client);
            node.Rooms.Leave("r" + i, client);
        }
        await node.Events.CompleteAsync().Soon();

        Assert.Equal(Enumerable.Range(0, 50).SelectMany(i => new[] { $"joined r{i}", $"left r{i}" }), seen);
    }
}
