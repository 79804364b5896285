using System.Text;
using GoHub.Connections;

namespace GoHub.Tests.Hosting;

/// <summary>A message that reached the server, copied.</summary>
internal sealed record ReceivedMessage(bool Binary, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>The server above the channel: keeps what comes, and does with it what the test says.</summary>
internal sealed class Receiver(WebSocketChannel channel, Func<WebSocketChannel, ReceivedMessage, ValueTask>? onMessage) : IChannelReceiver
{
    private readonly Lock _gate = new();
    private readonly List<ReceivedMessage> _messages = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reads;
    private int _closed;
    private int _working;

    public int Reads => Volatile.Read(ref _reads);

    public IReadOnlyList<ReceivedMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>How often it was told that the connection is over.</summary>
    public int Closed => Volatile.Read(ref _closed);

    /// <summary>What the server does before it is done with the connection.</summary>
    public Action? Ending { get; set; }

    /// <summary>Fails if that came while a message was being handled.</summary>
    public Task Ended => _ended.Task;

    public void OnRead() => Interlocked.Increment(ref _reads);

    public void OnClosed()
    {
        Ending?.Invoke();
        Interlocked.Increment(ref _closed);
        if (Volatile.Read(ref _working) != 0)
        {
            _ended.TrySetException(new InvalidOperationException("The end came before the last message was handled."));
        }
        _ended.TrySetResult();
    }

    public async ValueTask OnMessageAsync(bool binary, ReadOnlyMemory<byte> payload)
    {
        var message = new ReceivedMessage(binary, payload.ToArray());
        lock (_gate)
        {
            _messages.Add(message);
        }
        if (onMessage is null)
        {
            return;
        }
        Interlocked.Increment(ref _working);
        try
        {
            await onMessage(channel, message);
        }
        finally
        {
            Interlocked.Decrement(ref _working);
        }
    }
}
