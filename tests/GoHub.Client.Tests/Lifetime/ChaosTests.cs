namespace GoHub.Client.Tests.Lifetime;

public sealed class ChaosTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task WhateverHappensAtOnce_EveryTaskEnds(int seed)
    {
        FakeSocket? current = null;
        await using var client = new GoHubClient("ws://hub.test/ws", o =>
        {
            o.Jitter = () => 0;
            o.WhileOffline = seed == 2 ? WhileOffline.Refuse : WhileOffline.Queue;
            o.WebSocketFactory = (_, _) =>
            {
                var socket = new FakeSocket(seed == 3 ? null : "gohub.v1") { Respond = Respond };
                socket.Welcome();
                Volatile.Write(ref current, socket);
                return Task.FromResult<WebSocket>(socket);
            };
        });
        await client.StartAsync(Cancel).Soon();

        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(() => WorkAsync(client, () => Volatile.Read(ref current)!, new Random((seed * 10) + worker)), Cancel)).ToArray();
        var begun = (await Task.WhenAll(workers).Soon()).SelectMany(b => b).ToArray();

        await StartedAsync(client);
        foreach (var task in begun)
        {
            try
            {
                await task.WaitAsync(TimeSpan.FromSeconds(25), Cancel);
            }
            catch (Exception e) when (e is GoHubClientException or OperationCanceledException)
            {
                // Lost, refused, stopped, cancelled: all are ends.
            }
        }
        await StartedAsync(client);
        Assert.Equal(5, await client.RequestAsync<int, int>("echo", 5, Cancel).Soon());
    }

    private static async Task StartedAsync(GoHubClient client)
    {
        while (client.State != GoHubClientState.Connected)
        {
            try
            {
                await client.StartAsync(Cancel).Soon();
                await Task.Yield();
            }
            catch (GoHubClientException)
            {
                // One of the last closes was for good.
            }
        }
    }

    private static async Task<List<Task>> WorkAsync(GoHubClient client, Func<FakeSocket> socket, Random random)
    {
        List<Task> begun = [];
        for (var i = 0; i < 500; i++)
        {
            using var cancel = new CancellationTokenSource();
            begun.Add(random.Next(12) switch
            {
                0 => client.StopAsync(Cancel),
                1 or 2 => client.StartAsync(Cancel),
                3 => Drop(socket()),
                4 => RoomAsync(client, random.Next(3)),
                5 => client.RequestAsync<int, int>("echo", i, cancel.Token),
                6 or 7 => client.SendAsync("note", i, cancel.Token),
                8 => Close(socket(), random.Next(2) == 0 ? 1012 : 4403),
                _ => client.RequestAsync<int, int>("echo", i, Cancel),
            });
            if (random.Next(3) == 0)
            {
                await cancel.CancelAsync();
            }
            if (random.Next(10) == 0)
            {
                await Task.Yield();
            }
        }
        return begun;
    }

    private static async Task RoomAsync(GoHubClient client, int number)
    {
        var room = await client.SubscribeAsync($"room-{number}", r => r.On("room_message", _ => { }), Cancel);
        await room.SendAsync("hi", Cancel);
        await room.LeaveAsync(Cancel);
    }

    private static Task Drop(FakeSocket socket)
    {
        socket.Drop();
        return Task.CompletedTask;
    }

    private static Task Close(FakeSocket socket, int code)
    {
        socket.PushClose(code);
        return Task.CompletedTask;
    }

    private static void Respond(FakeSocket socket, JsonObject message)
    {
        Rooms.RoomServer.Respond(socket, message);
        if (message.Type() == "echo")
        {
            socket.Answer(message, "echo_reply", message["data"]);
        }
    }
}
