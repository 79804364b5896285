using System.Buffers;
using System.Net.WebSockets;

namespace GoHub.Client.Connections;

/// <summary>Puts the fragments of one message together, in a buffer of the pool that grows with it.</summary>
/// <remarks>Owner: the receive loop of one connection. Threads: one.</remarks>
internal sealed class MessageReader(int maxBytes)
{
    // What an idle connection holds.
    private const int SmallBytes = 4096;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBytes);
    private int _length;

    /// <summary>The message that was read; until the next one is.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    public bool IsBinary { get; private set; }

    /// <summary>Whether reading ended since a message was larger than it may be.</summary>
    public bool IsTooLarge => _length > maxBytes;

    /// <returns>False when there is none: the server closes, or the message is too large.</returns>
    public async ValueTask<bool> ReadAsync(WebSocket socket)
    {
        Shrink();
        _length = 0;
        while (true)
        {
            // A token here would end the connection when it is cancelled; Abort does that where it is meant.
            var part = await socket.ReceiveAsync(_buffer.AsMemory(_length), CancellationToken.None).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                _length = 0;
                return false;
            }
            _length += part.Count;
            IsBinary = part.MessageType == WebSocketMessageType.Binary;
            if (IsTooLarge || part.EndOfMessage)
            {
                return !IsTooLarge;
            }
            if (_length == _buffer.Length)
            {
                Grow();
            }
        }
    }

    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        // One byte more than a message may have is enough to see that it is too large.
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffer.Length * 2L, maxBytes + 1L));
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Shrink()
    {
        if (_buffer.Length > SmallBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(SmallBytes);
        }
    }
}
