using System.Net.Sockets;

namespace GoHub.IntegrationTests.Wire;

/// <summary>Reads a socket with a small buffer and a deadline; an aborted connection reads as its end.</summary>
internal sealed class ByteReader(Socket socket)
{
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>Whether the peer reset the connection instead of closing it.</summary>
    public bool WasReset { get; private set; }

    /// <summary>Exactly <paramref name="count"/> bytes; an <see cref="EndOfStreamException"/> if the peer ended before.</summary>
    public async Task<byte[]> ReadExactlyAsync(int count, CancellationToken cancel = default)
    {
        await FillAsync(count, cancel);
        var bytes = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return bytes;
    }

    /// <summary>Whether <paramref name="count"/> bytes can be had; they stay unread. False at the end of the stream with nothing left.</summary>
    public async Task<bool> TryFillAsync(int count, CancellationToken cancel = default)
    {
        try
        {
            await FillAsync(count, cancel);
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    public byte Peek(int offset) => _buffer[_start + offset];

    public async Task<string> ReadLineAsync()
    {
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        var line = new StringBuilder();
        while (true)
        {
            var c = (char)(await ReadExactlyAsync(1, deadline.Token))[0];
            if (c == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append(c);
        }
    }

    private async Task FillAsync(int count, CancellationToken cancel)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            int read;
            try
            {
                read = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancel);
            }
            catch (SocketException)
            {
                WasReset = true;
                read = 0;
            }
            if (read == 0)
            {
                throw new EndOfStreamException($"The server ended the connection{(WasReset ? " by reset" : "")}; {count} bytes wanted, {_end - _start} there.");
            }
            _end += read;
        }
    }

    private void MakeRoom(int count)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        if (_buffer.Length - _start >= count && _end < _buffer.Length)
        {
            return;
        }
        var larger = count > _buffer.Length ? new byte[Math.Max(count, _buffer.Length * 2)] : _buffer;
        _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
        _end -= _start;
        _start = 0;
        _buffer = larger;
    }
}
