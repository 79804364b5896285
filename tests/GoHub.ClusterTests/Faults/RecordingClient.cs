using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GoHub.ClusterTests.Histories;

namespace GoHub.ClusterTests.Faults;

/// <summary>A client that writes all it does and is told into a history. It asks for notices.</summary>
/// <remarks>Owner: the test, of the connection. Threads: any may ask; what comes is recorded by one reader, in the order in which it comes.</remarks>
internal sealed class RecordingClient : IAsyncDisposable
{
    private readonly History _history;
    private readonly WireClient _wire;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<string, Request> _requests = new();
    private Task _reading = Task.CompletedTask;
    private long _requestId;
    private long _number;

    private RecordingClient(History history, WireClient wire, string name, string node, string id) =>
        (_history, _wire, Name, Node, Id) = (history, wire, name, node, id);

    /// <summary>Its user, and its name in the history.</summary>
    public string Name { get; }

    public string Node { get; }

    /// <summary>Of its connection, as the node has given it.</summary>
    public string Id { get; }

    /// <summary>Codes of errors that answer nothing it has sent.</summary>
    public ConcurrentQueue<int> Notices { get; } = new();

    /// <summary>Of the close frame; null while there is none.</summary>
    public int? CloseCode { get; private set; }

    public static async Task<RecordingClient> ConnectAsync(History history, IPEndPoint server, string name, string node, string? token = null)
    {
        var wire = await WireClient.ConnectAsync(server, new Handshake { Query = "welcome=1", Bearer = token ?? TestTokens.For(name, TestTokens.Everything) });
        var welcome = await wire.ExpectAsync("welcome", TimeSpan.FromSeconds(30));
        var client = new RecordingClient(history, wire, name, node, welcome.Text("client_id"));
        history.Add(Op.Connected, name, node);
        client._reading = client.ReadAsync();
        return client;
    }

    public async Task CreateAsync(string room, int seats = 0)
    {
        var reply = await AskAsync("create_room", new { room_id = room, name = room, max_clients = seats });
        Assert.Equal("room_created", reply.Type);
        _history.Add(Op.RoomCreated, Name, Node, e => e with { Room = room, Number = seats });
    }

    /// <summary>Whether the room has let it in.</summary>
    public async Task<bool> TryJoinAsync(string room)
    {
        _history.Add(Op.JoinSent, Name, Node, e => e with { Room = room });
        return (await AskAsync("join_room", new { room_id = room }, new Request(room, 0, Op.Joined, Op.JoinRefused))).Type == "room_joined";
    }

    /// <summary>Joins; tries again for some time, since a room of another node may not be known here yet.</summary>
    public Task JoinAsync(string room, TimeSpan? within = null) => Eventually.HoldsAsync($"{Name} is in '{room}'", () => TryJoinAsync(room), within);

    public Task LeaveAsync(string room)
    {
        _history.Add(Op.LeaveSent, Name, Node, e => e with { Room = room });
        return AskAsync("leave_room", new { room_id = room }, new Request(room, 0, Op.Left, null));
    }

    /// <summary>Sends its next message; the answer is recorded when it comes. A connection that is over takes none.</summary>
    public async Task PublishAsync(string room)
    {
        var id = NextId();
        await _sending.WaitAsync();
        try
        {
            var number = ++_number;
            _requests[id] = new Request(room, number, Op.Acked, Op.Refused);
            _history.Add(Op.Published, Name, Node, e => e with { Room = room, From = Name, Number = number });
            await _wire.TrySendBytesAsync(Frame("room_message", id, new { room_id = room, content = number }));
        }
        catch (ObjectDisposedException)
        {
            // Disposed meanwhile: the message has no outcome, as the history says.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The connection ids of the members its node shows, and the nodes that have not answered.</summary>
    public async Task<(string[] Members, int Missing)> MembersAsync(string room)
    {
        var reply = await AskAsync("room_members", new { room_id = room });
        Assert.True(reply.Type == "room_members", reply.ToString());
        return ([.. reply.Data.GetProperty("members").EnumerateArray().Select(m => m.GetProperty("client_id").GetString()!)],
            reply.Data.TryGetProperty("missing", out var missing) ? missing.GetArrayLength() : 0);
    }

    /// <summary>How many members its node lists for a room; null if it lists no such room.</summary>
    public async Task<int?> ListedMembersAsync(string room) =>
        (await AskAsync("list_rooms", null)).Data.GetProperty("rooms").EnumerateArray()
        .Where(r => r.GetProperty("room_id").GetString() == room).Select(r => (int?)r.GetProperty("members").GetInt32()).SingleOrDefault();

    public async ValueTask DisposeAsync()
    {
        _history.Add(Op.EndSent, Name, Node);
        await _wire.DisposeAsync();
        await _reading;
        _sending.Dispose();
    }

    private async Task<Message> AskAsync(string type, object? data, Request? request = null)
    {
        var id = NextId();
        request ??= new Request("", 0, null, null);
        _requests[id] = request;
        await _sending.WaitAsync();
        try
        {
            await _wire.SendBytesAsync(Frame(type, id, data));
        }
        finally
        {
            _sending.Release();
        }
        return await request.Reply.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private string NextId() => Interlocked.Increment(ref _requestId).ToString(CultureInfo.InvariantCulture);

    private static byte[] Frame(string type, string id, object? data) => ClientFrame.Text(
        new JsonObject { ["message_type"] = type, ["message_id"] = id, ["data"] = JsonSerializer.SerializeToNode(data) }.ToJsonString()).ToBytes();

    private async Task ReadAsync()
    {
        try
        {
            while (CloseCode is null && await _wire.ReadFrameAsync(Timeout.InfiniteTimeSpan) is { } frame)
            {
                switch (frame.Opcode)
                {
                    case Opcode.Ping:
                        await PongAsync(frame.Payload);
                        break;
                    case Opcode.Text:
                        Record(Message.Parse(frame.Payload));
                        break;
                    case Opcode.Close:
                        CloseCode = frame.CloseCode;
                        break;
                }
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // Disposed.
        }
        _history.Add(Op.Ended, Name, Node);
        foreach (var request in _requests.Values)
        {
            request.Reply.TrySetException(new InvalidOperationException($"The connection of {Name} is over."));
        }
    }

    private async Task PongAsync(byte[] payload)
    {
        await _sending.WaitAsync();
        try
        {
            await _wire.TrySendBytesAsync(new ClientFrame(Opcode.Pong, payload).ToBytes());
        }
        finally
        {
            _sending.Release();
        }
    }

    private void Record(Message message)
    {
        switch (message.Type)
        {
            case "room_message":
                _history.Add(Op.Received, Name, Node, e => e with { Room = message.Text("room_id"), From = message.Text("sender_id"), Number = message.Data.GetProperty("content").GetInt64() });
                return;
            case "gap":
                var room = message.Data.TryGetProperty("room_id", out var id) ? id.GetString() ?? "" : "";
                var lost = message.Data.TryGetProperty("lost", out var count) && count.ValueKind == JsonValueKind.Number ? count.GetInt64() : 0;
                _history.Add(Op.Gap, Name, Node, e => e with { Room = room, Number = lost });
                return;
            case "room_left" when message.Text("status") == "evicted":
                _history.Add(Op.Evicted, Name, Node, e => e with { Room = message.Text("room_id") });
                return;
            case "room_deleted":
                _history.Add(Op.RoomDeleted, Name, Node, e => e with { Room = message.Text("room_id") });
                break;
        }
        if (message.RequestId?.Trim('"') is { } answers && _requests.TryRemove(answers, out var request))
        {
            Answer(request, message);
        }
        else if (message.Type == "error")
        {
            Notices.Enqueue(message.ErrorCode);
        }
    }

    private void Answer(Request request, Message reply)
    {
        var code = reply.Type == "error" ? reply.ErrorCode : 0;
        if ((code == 0 ? request.Done : request.Refused) is { } op)
        {
            var level = code == 0 && reply.Data.ValueKind == JsonValueKind.Object && reply.Data.TryGetProperty("level", out var far) ? far.GetString() : null;
            _history.Add(op, Name, Node, e => e with { Room = request.Room, From = request.Number > 0 ? Name : "", Number = request.Number, Level = level, Code = code });
        }
        request.Reply.TrySetResult(reply);
    }

    /// <summary>What was asked, and what its answer means in the history.</summary>
    private sealed record Request(string Room, long Number, Op? Done, Op? Refused)
    {
        public TaskCompletionSource<Message> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
