using System.Net.WebSockets;

namespace GoHub.Client.Sending;

/// <summary>Writes the messages of the outbox to one socket, one after the other, and the close frame after them.</summary>
/// <remarks>Owner of the socket's send side. Threads: any may wake it; one at a time writes, the one who woke it first or the thread pool. An idle writer is no task.</remarks>
/// <param name="socket">Stays its owner's.</param>
/// <param name="outbox">What is to be written.</param>
/// <param name="sent">Hears of each message that was written.</param>
/// <param name="failed">Hears what broke the socket, and which message was being written then.</param>
internal sealed class ConnectionWriter(WebSocket socket, Outbox outbox, Action sent, Action<Exception, OutboxItem?> failed)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (WebSocketCloseStatus Code, string Reason)? _close;
    private bool _writing;

    /// <summary>Done when nothing more will be written, since the close frame is or the socket failed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Whether a close frame was asked for.</summary>
    public bool IsClosing
    {
        get
        {
            lock (_gate)
            {
                return _close is not null;
            }
        }
    }

    /// <summary>Has it look for messages.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_writing)
            {
                return;
            }
            _writing = true;
        }
        _ = WriteAsync();
    }

    /// <summary>Writes a close frame next. The first code counts.</summary>
    public void Close(WebSocketCloseStatus code, string reason)
    {
        lock (_gate)
        {
            _close ??= (code, reason);
        }
        Wake();
    }

    private async Task WriteAsync()
    {
        OutboxItem? item = null;
        try
        {
            while (TryNext(out item))
            {
                if (item is null)
                {
                    // Nothing may follow it, so this never ends as idle.
                    await socket.CloseOutputAsync(_close!.Value.Code, _close.Value.Reason, CancellationToken.None).ConfigureAwait(false);
                    _closed.TrySetResult();
                    return;
                }
                // Never the sender's token: cancelled, it would end the connection for all.
                await socket.SendAsync(item.Payload, item.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, CancellationToken.None).ConfigureAwait(false);
                sent();
                item.Written?.TrySetResult();
            }
        }
        catch (Exception e)
        {
            // Whatever a socket throws, it is of no more use.
            failed(e, item);
            _closed.TrySetResult();
        }
    }

    // False ends the writing; null stands for the close frame.
    private bool TryNext(out OutboxItem? item)
    {
        lock (_gate)
        {
            item = null;
            _writing = _close is not null || outbox.TryTake(this, out item);
            return _writing;
        }
    }
}
