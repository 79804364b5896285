using System.Net.WebSockets;
using GoHub.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace GoHub.Tests.Connections.Loops;

/// <summary>An app's handlers on a server with one loop: whatever they do, the loop's other connections are served.</summary>
public sealed class HandlerTests
{
    [Fact]
    public async Task Handler_ThatBlocks_HoldsItsOwnConnectionOnly()
    {
        using var release = new ManualResetEventSlim();
        await using var app = await StartAsync(hub => hub.MapMessage("block", (string text) =>
        {
            release.Wait();
            return text;
        }));
        using var blocked = await ConnectAsync(app);
        using var other = await ConnectAsync(app);
        await App.SendAsync(blocked, """{"message_type":"block","data":"a"}""");
        await App.SendAsync(blocked, """{"message_type":"ping"}""");
        for (var i = 0; i < 50; i++)
        {
            await App.SendAsync(other, """{"message_type":"ping"}""");
            Assert.Equal("pong", (await App.ReceiveAsync(other)).Type());
        }
        release.Set();

        Assert.Equal("block_reply", (await App.ReceiveAsync(blocked)).Type());
        Assert.Equal("pong", (await App.ReceiveAsync(blocked)).Type());
    }

    [Fact]
    public async Task Handler_ThatThrows_AnswersAndHurtsNobody()
    {
        await using var app = await StartAsync(hub =>
        {
            hub.MapMessage("now", string (string text) => throw new InvalidOperationException(text));
            hub.MapMessage("later", async Task<string> (string text) =>
            {
                await Task.Yield();
                throw new InvalidOperationException(text);
            });
            hub.MapMessage("inline", string (string text) => throw new InvalidOperationException(text)).RunInline();
        });
        using var client = await ConnectAsync(app);
        using var other = await ConnectAsync(app);
        foreach (var type in (string[])["now", "later", "inline", "now"])
        {
            await App.SendAsync(client, $$"""{"message_type":"{{type}}","message_id":7,"data":"x"}""");
            var error = await App.ReceiveAsync(client);
            Assert.Equal(7, error.GetProperty("request_id").GetInt32());
            Assert.Equal((int)GoHubErrorCode.ServerError, error.ErrorCode());
            await App.SendAsync(other, """{"message_type":"ping"}""");
            Assert.Equal("pong", (await App.ReceiveAsync(other)).Type());
        }
    }

    [Fact]
    public async Task Handler_RunsInThePool_UnlessItAsksForTheLoop()
    {
        await using var app = await StartAsync(hub =>
        {
            hub.MapMessage("pool", (string text) => WebSocketChannel.IsLoopThread);
            hub.MapMessage("loop", (string text) => WebSocketChannel.IsLoopThread).RunInline();
        });
        using var client = await ConnectAsync(app);
        // Pipelined, so that it is seen after a message that has left the loop as well.
        for (var i = 0; i < 20; i++)
        {
            await App.SendAsync(client, """{"message_type":"pool","data":"x"}""");
            Assert.False((await App.ReceiveAsync(client)).Data().GetBoolean());
            await App.SendAsync(client, """{"message_type":"loop","data":"x"}""");
            Assert.True((await App.ReceiveAsync(client)).Data().GetBoolean());
        }
    }

    [Fact]
    public async Task Handler_ThatSendsFromManyThreads_KeepsEachOnesOrder()
    {
        const int Threads = 4;
        const int Each = 50;
        await using var app = await StartAsync(hub => hub.MapMessage("spread", async (string text, GoHubConnection connection) =>
        {
            await Waiting.InParallel(Threads, thread =>
            {
                for (var i = 0; i < Each; i++)
                {
                    connection.SendAsync("part", new[] { thread, i }).AsTask().GetAwaiter().GetResult();
                }
            });
            return text;
        }));
        using var client = await ConnectAsync(app);
        await App.SendAsync(client, """{"message_type":"spread","data":"done"}""");
        var next = new int[Threads];
        for (var i = 0; i < Threads * Each; i++)
        {
            var part = (await App.ReceiveAsync(client)).Data();
            Assert.Equal(next[part[0].GetInt32()]++, part[1].GetInt32());
        }
        Assert.Equal("spread_reply", (await App.ReceiveAsync(client)).Type());
    }

    [Fact]
    public async Task Publishers_OfAllKindsAtOnce_KeepTheirOwnOrderAtEachMember()
    {
        const int Each = 200;
        await using var app = await StartAsync(
            hub =>
            {
                hub.MapMessage("tell", (string text, GoHubConnection connection) => connection.Hub.Room("room").SendAsync("told", "handler " + text));
                hub.MapMessage("tell_inline", (string text, GoHubConnection connection) => connection.Hub.Room("room").SendAsync("told", "inline " + text)).RunInline();
            },
            loops: 4);
        var members = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ConnectAsync(app, "room")));
        using var byHandler = await ConnectAsync(app);
        using var inline = await ConnectAsync(app);
        using var client = await ConnectAsync(app);
        var reading = members.Select(m => ReadAllAsync(m, 4 * Each)).ToArray();
        await Task.WhenAll(
            SendAllAsync(byHandler, Each, i => $$"""{"message_type":"tell","data":"{{i}}"}"""),
            SendAllAsync(inline, Each, i => $$"""{"message_type":"tell_inline","data":"{{i}}"}"""),
            SendAllAsync(client, Each, i => $$$"""{"message_type":"room_message","data":{"room_id":"room","content":"client {{{i}}}"}}"""),
            PublishAllAsync(app.Hub, Each));

        foreach (var texts in await Task.WhenAll(reading))
        {
            var publishers = texts.Select(t => t.Split(' ')).GroupBy(t => t[0], t => t[1]).ToDictionary(g => g.Key, g => g.ToArray());
            Assert.Equal(4, publishers.Count);
            Assert.All(publishers.Values, numbers => Assert.Equal(Enumerable.Range(0, Each).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), numbers));
        }
        Array.ForEach(members, m => m.Dispose());
    }

    [Fact]
    public async Task Client_ThatGoesWhileItsHandlerWorks_CancelsIt()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(hub => hub.MapMessage("wait", (string text, GoHubConnection connection) =>
        {
            connection.Aborted.Register(() => cancelled.SetResult());
            started.SetResult();
            return cancelled.Task;
        }));
        var client = await ConnectAsync(app);
        await App.SendAsync(client, """{"message_type":"wait","data":"x"}""");
        await started.Task.Soon();
        client.Abort();
        client.Dispose();

        await cancelled.Task.Soon();
        await Waiting.Until(() => app.Hub.Local.ConnectionCount == 0);
    }

    private static Task<App> StartAsync(Action<GoHubEndpointBuilder> map, int loops = 1)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Loops are Linux's.");
        return App.StartAsync(
            builder =>
            {
                builder.WebHost.UseGoHubTransport();
                builder.Services.AddGoHub(o => (o.Transport, o.Loops, o.Rooms.AutoCreate, o.Rooms.MembersOnly, o.SendQueue.MaxMessages) = (GoHubTransport.Epoll, loops, true, false, 10_000));
            },
            app => map(app.MapGoHub("/ws")));
    }

    private static async Task<ClientWebSocket> ConnectAsync(App app, string? room = null)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(app.Socket, TestContext.Current.CancellationToken).Soon();
        if (room is not null)
        {
            await App.SendAsync(socket, $$$"""{"message_type":"join_room","data":{"room_id":"{{{room}}}"}}""");
            Assert.Equal("room_joined", (await App.ReceiveAsync(socket)).Type());
        }
        return socket;
    }

    private static async Task PublishAllAsync(IGoHub hub, int count)
    {
        await Task.Yield();
        for (var i = 0; i < count; i++)
        {
            await hub.Room("room").SendAsync("told", "server " + i, TestContext.Current.CancellationToken);
        }
    }

    private static async Task SendAllAsync(ClientWebSocket socket, int count, Func<int, string> message)
    {
        for (var i = 0; i < count; i++)
        {
            await App.SendAsync(socket, message(i));
        }
    }

    private static async Task<List<string>> ReadAllAsync(ClientWebSocket socket, int count)
    {
        List<string> texts = [];
        while (texts.Count < count)
        {
            var message = await App.ReceiveAsync(socket);
            texts.Add(message.Type() == "told" ? message.Data().GetString()! : message.Data().GetProperty("content").GetString()!);
        }
        return texts;
    }
}
