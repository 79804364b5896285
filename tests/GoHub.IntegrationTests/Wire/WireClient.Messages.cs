namespace GoHub.IntegrationTests.Wire;

/// <summary>Envelopes over the frames.</summary>
internal sealed partial class WireClient
{
    /// <summary>Sends an envelope; <paramref name="id"/> becomes <c>message_id</c> unless null.</summary>
    public Task SendAsync(string type, object? data = null, object? id = null)
    {
        var envelope = new JsonObject { ["message_type"] = type };
        if (id is not null)
        {
            envelope["message_id"] = JsonSerializer.SerializeToNode(id);
        }
        if (data is not null)
        {
            envelope["data"] = JsonSerializer.SerializeToNode(data);
        }
        return SendTextAsync(envelope.ToJsonString(WireJson.AsIs));
    }

    public Task SendTextAsync(string text) => SendFrameAsync(ClientFrame.Text(text));

    /// <summary>The next whole message; null at the end. Pings are answered, a close frame comes back as the last.</summary>
    public async Task<ServerFrame?> ReadMessageAsync(TimeSpan? within = null)
    {
        ServerFrame? first = null;
        while (await ReadFrameAsync(within) is { } frame)
        {
            switch (frame.Opcode)
            {
                case Opcode.Ping:
                    await TrySendBytesAsync(new ClientFrame(Opcode.Pong, frame.Payload).ToBytes());
                    continue;
                case Opcode.Pong:
                    continue;
                case Opcode.Close:
                    return frame;
            }
            first = first is null ? frame : first with { Fin = frame.Fin, Payload = [.. first.Payload, .. frame.Payload] };
            if (first.Fin)
            {
                return first;
            }
        }
        return null;
    }

    /// <summary>The next envelope; fails on a close or the end.</summary>
    public async Task<Message> ReceiveAsync(TimeSpan? within = null)
    {
        var frame = await ReadMessageAsync(within);
        Assert.True(frame is { Opcode: Opcode.Text or Opcode.Binary }, $"A message was expected; got {frame?.ToString() ?? "the end of the connection"}.");
        return Message.Parse(Said(frame!));
    }

    /// <summary>The payload of a message, inflated where it is compressed, which it may be only if that was negotiated.</summary>
    public byte[] Said(ServerFrame frame)
    {
        Assert.Equal(0, frame.Rsv & ~(Response.Header("Sec-WebSocket-Extensions") is null ? 0 : Deflated.Rsv));
        return frame.Rsv == Deflated.Rsv ? Deflated.Inflate(frame.Payload) : frame.Payload;
    }

    /// <summary>The next envelope, which must be of <paramref name="type"/>.</summary>
    public async Task<Message> ExpectAsync(string type, TimeSpan? within = null)
    {
        var message = await ReceiveAsync(within);
        Assert.True(message.Type == type, $"'{type}' was expected; got {message}.");
        return message;
    }

    /// <summary>The next envelope, which must be an <c>error</c> with <paramref name="code"/>.</summary>
    public async Task<Message> ExpectErrorAsync(int code)
    {
        var message = await ExpectAsync("error");
        Assert.True(message.ErrorCode == code, $"Error {code} was expected; got {message}.");
        return message;
    }

    /// <summary>Sends and returns the next envelope, which must be of <paramref name="reply"/>.</summary>
    public async Task<Message> AskAsync(string type, object? data, string reply)
    {
        await SendAsync(type, data);
        return await ExpectAsync(reply);
    }

    /// <summary>Joins a room and waits until it is so.</summary>
    public Task<Message> JoinAsync(string room) => AskAsync("join_room", new { room_id = room }, "room_joined");

    /// <summary>Proves that the connection lives and that nothing else is waiting to be read.</summary>
    public async Task ExpectAliveAsync()
    {
        await SendAsync("ping");
        await ExpectAsync("pong");
    }

    /// <summary>Reads on until the close frame, whose code must be one of <paramref name="codes"/>, answers it and sees the connection end.</summary>
    public Task<ServerFrame> ExpectCloseAsync(params int[] codes) => ExpectCloseAsync(Eventually.Soon, codes);

    public async Task<ServerFrame> ExpectCloseAsync(TimeSpan within, params int[] codes)
    {
        var close = await ReadCloseAsync(within);
        Assert.True(close is not null, $"Close {string.Join('/', codes)} was expected; the connection ended {(WasReset ? "by reset" : "without one")}.");
        Assert.True(codes.Length == 0 || codes.Contains(close!.CloseCode), $"Close {string.Join('/', codes)} was expected; got {close}.");
        await TrySendBytesAsync(new ClientFrame(Opcode.Close, close!.Payload).ToBytes());
        TryShutdownSend();
        await ExpectEndAsync();
        return close;
    }

    /// <summary>Reads on until the close frame; null if the connection ends without one.</summary>
    public async Task<ServerFrame?> ReadCloseAsync(TimeSpan? within = null)
    {
        while (await ReadMessageAsync(within) is { } frame)
        {
            if (frame.Opcode == Opcode.Close)
            {
                return frame;
            }
        }
        return null;
    }

    /// <summary>Fails unless the server ends the TCP connection, with nothing more said.</summary>
    public async Task ExpectEndAsync(TimeSpan? within = null)
    {
        var frame = await ReadFrameAsync(within);
        Assert.True(frame is null, $"The end was expected; got {frame}.");
    }
}
