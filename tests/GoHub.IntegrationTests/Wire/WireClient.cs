using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace GoHub.IntegrationTests.Wire;

/// <summary>A WebSocket client that does only what it is told: no frame is sent, answered or read by itself.</summary>
/// <remarks>Threads: one reader and one sender at a time. JSON messages are in the other half, which does answer pings.</remarks>
internal sealed partial class WireClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly ByteReader _reader;

    private WireClient(Socket socket)
    {
        _socket = socket;
        _reader = new ByteReader(socket);
    }

    /// <summary>The answer to the upgrade request.</summary>
    public HandshakeResponse Response { get; private set; } = new(0, new Dictionary<string, string>(), "");

    /// <summary>Whether the server reset the connection.</summary>
    public bool WasReset => _reader.WasReset;

    /// <summary>Connects and upgrades; fails unless the answer is 101.</summary>
    public static async Task<WireClient> ConnectAsync(IPEndPoint server, Handshake? handshake = null)
    {
        var client = await AskAsync(server, handshake);
        Assert.True(client.Response.Status == 101, $"Upgrade refused: {client.Response}");
        return client;
    }

    /// <summary>The answer to an upgrade request that should be refused.</summary>
    public static async Task<HandshakeResponse> RefusalAsync(IPEndPoint server, Handshake? handshake = null)
    {
        await using var client = await AskAsync(server, handshake);
        return client.Response;
    }

    /// <summary>Connects and asks for the upgrade; the answer is in <see cref="Response"/>.</summary>
    public static async Task<WireClient> AskAsync(IPEndPoint server, Handshake? handshake = null)
    {
        handshake ??= new Handshake();
        var client = await OpenAsync(server, handshake.Source);
        await client.SendBytesAsync(handshake.ToBytes(server.Port));
        client.Response = await HandshakeResponse.ReadAsync(client._reader);
        return client;
    }

    /// <summary>Connects by TCP only.</summary>
    public static async Task<WireClient> OpenAsync(IPEndPoint server, IPAddress? source = null, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }
        socket.Bind(new IPEndPoint(source ?? IPAddress.Loopback, 0));
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        await socket.ConnectAsync(server, deadline.Token);
        return new WireClient(socket);
    }

    /// <summary>Upgrades a connection made by <see cref="OpenAsync"/>.</summary>
    public async Task UpgradeAsync(IPEndPoint server, Handshake? handshake = null)
    {
        await SendBytesAsync((handshake ?? new Handshake()).ToBytes(server.Port));
        await ReadUpgradeAsync();
    }

    /// <summary>Reads the answer to an upgrade request that was sent by hand.</summary>
    public async Task ReadUpgradeAsync()
    {
        Response = await HandshakeResponse.ReadAsync(_reader);
        Assert.True(Response.Status == 101, $"Upgrade refused: {Response}");
    }

    /// <summary>The status of an answer that may be cut off; null if there is none.</summary>
    public async Task<int?> ReadStatusAsync()
    {
        try
        {
            return (await HandshakeResponse.ReadAsync(_reader)).Status;
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No answer and no end within {Eventually.Soon.TotalSeconds} s.");
        }
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, deadline.Token)..];
        }
    }

    /// <summary>Sends as far as the server takes it; false once it has closed or takes no more.</summary>
    public async Task<bool> TrySendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendBytesAsync(bytes);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    public Task SendFrameAsync(ClientFrame frame) => SendBytesAsync(frame.ToBytes());

    /// <summary>Sends in pieces of <paramref name="chop"/> bytes, each a segment of its own.</summary>
    public async Task SendChoppedAsync(ReadOnlyMemory<byte> bytes, int chop)
    {
        for (var at = 0; at < bytes.Length; at += Math.Min(chop, bytes.Length - at))
        {
            await SendBytesAsync(bytes.Slice(at, Math.Min(chop, bytes.Length - at)));
            // NoDelay is on: a turn of the scheduler lets the piece leave alone, without waiting for a clock.
            await Task.Yield();
        }
    }

    /// <summary>As <see cref="SendChoppedAsync"/>, where the server may close before the last piece.</summary>
    public async Task TrySendChoppedAsync(ReadOnlyMemory<byte> bytes, int chop)
    {
        for (var at = 0; at < bytes.Length; at += Math.Min(chop, bytes.Length - at))
        {
            if (!await TrySendBytesAsync(bytes.Slice(at, Math.Min(chop, bytes.Length - at))))
            {
                return;
            }
        }
    }

    /// <summary>The next frame, or null at the end of the connection.</summary>
    public async Task<ServerFrame?> ReadFrameAsync(TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? Eventually.Soon);
        try
        {
            return await ReadFrameAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No frame within {(within ?? Eventually.Soon).TotalSeconds:0.#} s.");
        }
    }

    /// <summary>Ends the sending half, as a peer does that is done.</summary>
    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>As <see cref="ShutdownSend"/>, where the server may have ended the connection already.</summary>
    public void TryShutdownSend()
    {
        try
        {
            ShutdownSend();
        }
        catch (SocketException)
        {
            // It has.
        }
    }

    /// <summary>Ends the connection by RST, as a peer does that died.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ServerFrame?> ReadFrameAsync(CancellationToken cancel)
    {
        if (!await _reader.TryFillAsync(2, cancel))
        {
            return null;
        }
        Assert.True((_reader.Peek(1) & 0x80) == 0, "A server's frame must not be masked (RFC 6455 §5.1).");
        var lengthBytes = _reader.Peek(1) switch { 126 => 2, 127 => 8, _ => 0 };
        if (!await _reader.TryFillAsync(2 + lengthBytes, cancel))
        {
            return null;
        }
        var length = LengthOf(lengthBytes);
        // Only a whole frame is taken from the reader, so that a deadline in the middle of one loses nothing.
        if (!await _reader.TryFillAsync(2 + lengthBytes + length, cancel))
        {
            return null;
        }
        var head = await _reader.ReadExactlyAsync(2 + lengthBytes, cancel);
        var payload = await _reader.ReadExactlyAsync(length, cancel);
        return new ServerFrame((head[0] & 0x80) != 0, (head[0] >> 4) & 7, head[0] & 15, payload);
    }

    private int LengthOf(int lengthBytes)
    {
        if (lengthBytes == 0)
        {
            return _reader.Peek(1);
        }
        Span<byte> bytes = stackalloc byte[8];
        for (var i = 0; i < lengthBytes; i++)
        {
            bytes[8 - lengthBytes + i] = _reader.Peek(2 + i);
        }
        return checked((int)BinaryPrimitives.ReadInt64BigEndian(bytes));
    }
}
