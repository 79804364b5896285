namespace GoHub.Client.Tests.Messages;

public sealed class EnumerationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enumerations_EachSeeEverythingFromTheirBeginning()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        await using var all = trial.Client.Messages().GetAsyncEnumerator(Cancel);
        await using var some = trial.Client.Messages("b").GetAsyncEnumerator(Cancel);
        var (first, second) = (all.MoveNextAsync().AsTask(), some.MoveNextAsync().AsTask());

        socket.Say("a", 1);
        socket.Say("b", 2);

        Assert.True(await first.Soon());
        Assert.Equal(("a", 1), (all.Current.Type, all.Current.Read<int>()));
        Assert.True(await all.MoveNextAsync().Soon());
        Assert.Equal("b", all.Current.Type);
        Assert.True(await second.Soon());
        Assert.Equal(2, some.Current.Read<int>());
    }

    [Fact]
    public async Task ASlowEnumeration_LosesTheOldest_AndIsToldHowMany()
    {
        await using var trial = new Trial(o => o.MaxBuffered = 10);
        var socket = await trial.ConnectAsync();
        await using var slow = trial.Client.Messages("n").GetAsyncEnumerator(Cancel);
        var reading = slow.MoveNextAsync().AsTask();
        socket.Say("n", 0);
        await reading.Soon();

        for (var i = 1; i <= 25; i++)
        {
            socket.Say("n", i);
        }
        await HandlerTests.FlushAsync(trial, socket);
        List<(int, int)> read = [];
        while (read.Count < 10 && await slow.MoveNextAsync().Soon())
        {
            read.Add((slow.Current.Read<int>(), slow.Current.Missed));
        }

        Assert.Equal([(16, 15), .. Enumerable.Range(17, 9).Select(n => (n, 0))], read);
        Assert.Single(trial.Log.At(LogLevel.Warning), l => l.StartsWith("An enumeration is read too slowly", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASlowEnumeration_IsBoundedInBytes()
    {
        await using var trial = new Trial(o => o.MaxBufferedBytes = 1024);
        var socket = await trial.ConnectAsync();
        await using var slow = trial.Client.Messages("n").GetAsyncEnumerator(Cancel);
        var reading = slow.MoveNextAsync().AsTask();
        socket.Say("n", "first");
        await reading.Soon();

        for (var i = 0; i < 5; i++)
        {
            socket.Say("n", new string((char)('a' + i), 400));
        }
        socket.Say("n", new string('z', 5000));
        await HandlerTests.FlushAsync(trial, socket);

        Assert.True(await slow.MoveNextAsync().Soon());
        Assert.Equal(('z', 5), (slow.Current.Read<string>()![0], slow.Current.Missed));
    }

    [Fact]
    public async Task AStop_EndsEnumerations_AndARestartBeginsAnew()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        await using var all = trial.Client.Messages().GetAsyncEnumerator(Cancel);
        var reading = all.MoveNextAsync().AsTask();

        await trial.Client.StopAsync(Cancel).Soon();
        Assert.False(await reading.Soon());
        await using var late = trial.Client.Messages().GetAsyncEnumerator(Cancel);
        Assert.False(await late.MoveNextAsync().Soon());

        var next = await trial.ConnectAsync();
        await using var again = trial.Client.Messages("x").GetAsyncEnumerator(Cancel);
        var read = again.MoveNextAsync().AsTask();
        next.Say("x");
        Assert.True(await read.Soon());
    }

    [Fact]
    public async Task AReconnect_DoesNotEndThem()
    {
        await using var trial = new Trial();
        var socket = await trial.ConnectAsync();
        await using var all = trial.Client.Messages("x").GetAsyncEnumerator(Cancel);
        var reading = all.MoveNextAsync().AsTask();
        socket.Drop();
        var next = await trial.ReconnectAsync();

        next.Say("x");

        Assert.True(await reading.Soon());
    }

    [Fact]
    public async Task ACancelledEnumeration_Throws_AndIsForgotten()
    {
        await using var trial = new Trial();
        await trial.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var messages = trial.Client.Messages().GetAsyncEnumerator(cancel.Token);
        var reading = messages.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());
        await messages.DisposeAsync();
    }

    [Fact]
    public async Task ARoomThatNobodyReads_KeepsLittle()
    {
        await using var trial = new Trial();
        var (socket, room) = await Rooms.RoomTests.InAsync(trial);
        for (var i = 0; i < 65; i++)
        {
            socket.Say("room_message", new { room_id = "lobby", content = i });
        }
        await HandlerTests.FlushAsync(trial, socket);
        await using var messages = room.Messages.GetAsyncEnumerator(Cancel);
        var reading = messages.MoveNextAsync().AsTask();

        socket.Say("room_message", new { room_id = "lobby", content = 65 });

        Assert.True(await reading.Soon());
        Assert.Equal(65, messages.Current.Content<int>());
    }

    [Fact]
    public async Task ARoomWithHandlers_KeepsNothingForEnumerations()
    {
        await using var trial = new Trial();
        var (socket, room) = await Rooms.RoomTests.InAsync(trial);
        room.On("room_message", _ => { });
        socket.Say("room_message", new { room_id = "lobby", content = 0 });
        await HandlerTests.FlushAsync(trial, socket);
        await using var messages = room.Messages.GetAsyncEnumerator(Cancel);
        var reading = messages.MoveNextAsync().AsTask();

        socket.Say("room_message", new { room_id = "lobby", content = 1 });

        Assert.True(await reading.Soon());
        Assert.Equal(1, messages.Current.Content<int>());
    }
}
