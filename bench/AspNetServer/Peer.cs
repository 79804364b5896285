using System.Net.WebSockets;
using System.Threading.Channels;

namespace GoHub.Bench.AspNet;

/// <summary>One message, shared by its receivers.</summary>
internal readonly record struct Message(WebSocketMessageType Type, byte[] Bytes);

/// <summary>A WebSocket as one writes it by hand on ASP.NET Core: a reader, a bounded channel, and a loop that sends message after message.</summary>
/// <remarks>Owner: the request. Threads: any may send; <see cref="RunAsync"/> once.</remarks>
internal sealed class Peer(WebSocket socket)
{
    private const int LargestMessage = 4096; // bytes; the workloads' are below 200

    private readonly Channel<Message> _waiting = Channel.CreateBounded<Message>(new BoundedChannelOptions(256) { SingleReader = true }); // messages, as GoHub's send queue

    /// <summary>Hands every message to <paramref name="received"/> until the peer has gone.</summary>
    public async Task RunAsync(Func<Message, ValueTask> received)
    {
        var writing = WriteAsync();
        try
        {
            var buffer = new byte[LargestMessage];
            while (await ReadAsync(buffer) is { } message)
            {
                await received(message);
            }
        }
        catch (WebSocketException)
        {
            // It left without a word, as the generator does at the end of each load.
        }
        _waiting.Writer.TryComplete();
        socket.Abort();
        await writing;
    }

    public ValueTask SendAsync(Message message) => _waiting.Writer.WriteAsync(message);

    /// <summary>A fan-out never waits: who does not keep up goes.</summary>
    public void SendOrDrop(Message message)
    {
        if (!_waiting.Writer.TryWrite(message))
        {
            socket.Abort();
        }
    }

    private async ValueTask<Message?> ReadAsync(byte[] buffer)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += read.Count;
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }
            if (read.EndOfMessage)
            {
                return new Message(read.MessageType, buffer[..length]);
            }
        }
        return null;
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var message in _waiting.Reader.ReadAllAsync())
            {
                await socket.SendAsync(message.Bytes.AsMemory(), message.Type, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            _waiting.Writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            _waiting.Writer.TryComplete(); // aborted in the midst of a send
        }
    }
}
