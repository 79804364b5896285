using System.Threading.Channels;

namespace GoHub.Client.Messages;

/// <summary>The messages of one enumeration. The oldest make room for the newest, and the next that is read tells how many did.</summary>
/// <remarks>Owner: the enumeration. Threads: any may add; one reads.</remarks>
internal sealed class MessageBuffer(int maxMessages, int maxBytes, Action<int> dropped)
{
    private readonly Lock _gate = new();
    private readonly Channel<GoHubClientMessage> _messages = Channel.CreateUnbounded<GoHubClientMessage>();
    private int _count;
    private long _bytes;
    private int _missed;

    public void Add(GoHubClientMessage message)
    {
        var lost = 0;
        lock (_gate)
        {
            if (!_messages.Writer.TryWrite(message))
            {
                return;
            }
            _count++;
            _bytes += message.Data.Length;
            while ((_count > maxMessages || (_bytes > maxBytes && _count > 1)) && _messages.Reader.TryRead(out var oldest))
            {
                Forget(oldest);
                lost++;
            }
            _missed += lost;
        }
        if (lost > 0)
        {
            dropped(lost);
        }
    }

    /// <summary>No more come; what is there can still be read.</summary>
    public void Complete() => _messages.Writer.TryComplete();

    /// <returns>The next message, or null when there will be none.</returns>
    public async ValueTask<GoHubClientMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _messages.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryRead() is { } message)
            {
                return message;
            }
        }
        return null;
    }

    private GoHubClientMessage? TryRead()
    {
        lock (_gate)
        {
            if (!_messages.Reader.TryRead(out var message))
            {
                return null;
            }
            Forget(message);
            var missed = _missed;
            _missed = 0;
            return missed == 0 ? message : message.After(missed);
        }
    }

    private void Forget(GoHubClientMessage message)
    {
        _count--;
        _bytes -= message.Data.Length;
    }
}
