using System.Collections.Concurrent;
using System.Threading.Channels;

namespace GoHub.Client.Tests.Hosting;

/// <summary>A connection whose server is the test.</summary>
/// <remarks>Threads: any may push; the client reads and writes.</remarks>
internal sealed class FakeSocket(string? subProtocol = "gohub.v1") : WebSocket
{
    private readonly Channel<(WebSocketMessageType Type, byte[] Bytes, bool End)> _inbound = Channel.CreateUnbounded<(WebSocketMessageType, byte[], bool)>();
    private readonly Channel<JsonObject> _outbound = Channel.CreateUnbounded<JsonObject>();
    private readonly ConcurrentQueue<(WebSocketMessageType Type, byte[] Bytes)> _sent = new();
    private ReadOnlyMemory<byte> _left;
    private (WebSocketMessageType Type, bool End) _current;
    private WebSocketState _state = WebSocketState.Open;
    private WebSocketCloseStatus? _closeStatus;
    private string? _closeReason;
    private int _writers;

    /// <summary>What a server does by itself with each envelope; null: nothing.</summary>
    public Action<FakeSocket, JsonObject>? Respond { get; set; }

    /// <summary>Whether a close frame of the client is answered. Default true.</summary>
    public bool AnswersClose { get; set; } = true;

    /// <summary>Held up while it is not done: a peer that takes nothing.</summary>
    public Task Stalled { get; set; } = Task.CompletedTask;

    /// <summary>What the next write throws.</summary>
    public Exception? SendFault { get; set; }

    public IReadOnlyList<JsonObject> Sent => [.. _sent.Where(s => s.Type == WebSocketMessageType.Text).Select(s => JsonNode.Parse(s.Bytes)!.AsObject())];

    public IReadOnlyList<byte[]> SentBinary => [.. _sent.Where(s => s.Type == WebSocketMessageType.Binary).Select(s => s.Bytes)];

    public IReadOnlyList<string> SentTypes => [.. Sent.Select(s => s.Type())];

    /// <summary>The code the client closed with.</summary>
    public WebSocketCloseStatus? ClosedWith { get; private set; }

    public bool IsAborted { get; private set; }

    public bool IsDisposed { get; private set; }

    public override WebSocketCloseStatus? CloseStatus => _closeStatus;

    public override string? CloseStatusDescription => _closeReason;

    public override WebSocketState State => _state;

    public override string? SubProtocol => subProtocol;

    public void Push(string text, int fragments = 1) => Push(WebSocketMessageType.Text, Encoding.UTF8.GetBytes(text), fragments);

    public void Push(WebSocketMessageType type, byte[] bytes, int fragments = 1)
    {
        for (var i = 0; i < fragments; i++)
        {
            _inbound.Writer.TryWrite((type, bytes[(bytes.Length * i / fragments)..(bytes.Length * (i + 1) / fragments)], i == fragments - 1));
        }
    }

    /// <summary>Sends an envelope.</summary>
    public void Say(string type, object? data = null, JsonNode? requestId = null)
    {
        var envelope = new JsonObject { ["message_id"] = 0, ["message_type"] = type, ["data"] = JsonSerializer.SerializeToNode(data), ["timestamp"] = 1_717_000_000_000 };
        if (requestId is not null)
        {
            envelope["request_id"] = requestId.DeepClone();
        }
        Push(envelope.ToJsonString());
    }

    public void Welcome(string id = "conn-1", string? user = null) =>
        Say("welcome", user is null ? new { client_id = id } : (object)new { client_id = id, user_id = user });

    public void Answer(JsonObject request, string type, object? data = null) => Say(type, data, request["message_id"]);

    public void Refuse(JsonObject request, int code, string message = "No.", string? details = null) =>
        Say("error", new { code, message, request_id = request["message_id"], details }, request["message_id"]);

    /// <summary>A close frame; 1005 for one without a code.</summary>
    public void PushClose(int code, string? reason = null)
    {
        (_closeStatus, _closeReason) = ((WebSocketCloseStatus)code, reason);
        _inbound.Writer.TryWrite((WebSocketMessageType.Close, [], true));
        _inbound.Writer.TryComplete();
    }

    /// <summary>The connection breaks.</summary>
    public void Drop() => _inbound.Writer.TryComplete(new WebSocketException(WebSocketError.ConnectionClosedPrematurely));

    /// <summary>The next envelope that the client sends.</summary>
    public Task<JsonObject> NextAsync() => _outbound.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();

    /// <summary>As <see cref="NextAsync()"/>, of this type.</summary>
    public async Task<JsonObject> NextAsync(string type)
    {
        var envelope = await NextAsync();
        Assert.Equal(type, envelope.Type());
        return envelope;
    }

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_left.IsEmpty)
        {
            try
            {
                var next = await _inbound.Reader.ReadAsync(cancellationToken);
                (_left, _current) = (next.Bytes, (next.Type, next.End));
            }
            catch (ChannelClosedException e)
            {
                throw e.InnerException ?? new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            }
        }
        if (_current.Type == WebSocketMessageType.Close)
        {
            _state = _state == WebSocketState.CloseSent ? WebSocketState.Closed : WebSocketState.CloseReceived;
            return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true);
        }
        var count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return new ValueWebSocketReceiveResult(count, _current.Type, _left.IsEmpty && _current.End);
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        Assert.Equal(1, Interlocked.Increment(ref _writers));
        try
        {
            await Stalled;
            ObjectDisposedException.ThrowIf(IsDisposed || IsAborted, this);
            if (SendFault is { } fault)
            {
                throw fault;
            }
            Assert.Equal(WebSocketState.Open, _state);
            var bytes = buffer.ToArray();
            _sent.Enqueue((messageType, bytes));
            if (messageType == WebSocketMessageType.Text)
            {
                var envelope = JsonNode.Parse(bytes)!.AsObject();
                Respond?.Invoke(this, envelope);
                _outbound.Writer.TryWrite(envelope);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _writers);
        }
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        Assert.Equal(0, _writers);
        ObjectDisposedException.ThrowIf(IsDisposed || IsAborted, this);
        ClosedWith = closeStatus;
        if (_state == WebSocketState.CloseReceived)
        {
            _state = WebSocketState.Closed;
            return Task.CompletedTask;
        }
        _state = WebSocketState.CloseSent;
        if (AnswersClose)
        {
            PushClose((int)closeStatus);
        }
        return Task.CompletedTask;
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException("The client uses CloseOutputAsync.");

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override void Abort()
    {
        IsAborted = true;
        _state = WebSocketState.Aborted;
        _inbound.Writer.TryComplete(new WebSocketException(WebSocketError.InvalidState));
    }

    public override void Dispose()
    {
        IsDisposed = true;
        _inbound.Writer.TryComplete(new WebSocketException(WebSocketError.InvalidState));
    }
}
