using System.Globalization;

namespace GoHub.Transport.Tests.Wire;

/// <summary>A TCP client that says exactly what it is told, byte by byte, and ends the way it is told.</summary>
/// <remarks>Owner: one test. Threads: one reads while one writes.</remarks>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawClient(Socket socket)
    {
        _socket = socket;
        Stream = new NetworkStream(socket);
    }

    /// <summary>The connection's stream; a TLS stream once one was put in its place.</summary>
    public Stream Stream { get; set; }

    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Connects; <paramref name="receiveBuffer"/> bytes keeps the kernel from taking much of what is not read.</summary>
    public static async Task<RawClient> ConnectAsync(EndPoint endPoint, int? receiveBuffer = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (endPoint is IPEndPoint)
            {
                socket.NoDelay = true;
            }
            if (receiveBuffer is { } bytes)
            {
                socket.ReceiveBufferSize = bytes;
            }
            await socket.ConnectAsync(endPoint).WaitAsync(Eventually.Soon);
            return new RawClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await Stream.WriteAsync(bytes).AsTask().WaitAsync(Eventually.Soon);

    public async Task<RawResponse> GetAsync(string path)
    {
        await SendAsync($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n");
        return await ReadResponseAsync();
    }

    /// <summary>The next response, whole. One without length and chunks lasts to the connection's end.</summary>
    public async Task<RawResponse> ReadResponseAsync()
    {
        var status = int.Parse((await ReadLineAsync()).Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return new RawResponse(status, headers, await ReadBodyAsync(status, headers));
    }

    public async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await ReadMoreAsync())
            {
                throw new EndOfStreamException($"The connection ended after '{line}'.");
            }
            var character = (char)_buffer[_start++];
            if (character == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append(character);
        }
    }

    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            if (_start == _end && !await ReadMoreAsync())
            {
                throw new EndOfStreamException($"The connection ended after {done} of {count} bytes.");
            }
            var piece = Math.Min(_end - _start, count - done);
            _buffer.AsSpan(_start, piece).CopyTo(bytes.AsSpan(done));
            _start += piece;
            done += piece;
        }
        return bytes;
    }

    /// <summary>Everything up to the peer's FIN; a reset throws.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        do
        {
            all.Write(_buffer, _start, _end - _start);
            _start = _end;
        }
        while (await ReadMoreAsync());
        return all.ToArray();
    }

    /// <summary>Reads whatever still comes, and how the peer ended it.</summary>
    public async Task<ConnectionEnd> ReadEndAsync()
    {
        try
        {
            await ReadToEndAsync();
            return ConnectionEnd.Closed;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return ConnectionEnd.Reset;
        }
    }

    /// <summary>FIN: says no more, still listens.</summary>
    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST.</summary>
    public void Reset() => _socket.Close(0);

    public void Dispose()
    {
        Stream.Dispose();
        _socket.Dispose();
    }

    private async Task<byte[]> ReadBodyAsync(int status, Dictionary<string, string> headers)
    {
        if (status is < 200 or 204 or 304)
        {
            return [];
        }
        if (headers.TryGetValue("Content-Length", out var length))
        {
            return await ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture));
        }
        if (!headers.ContainsKey("Transfer-Encoding"))
        {
            return await ReadToEndAsync();
        }
        var body = new MemoryStream();
        while (int.Parse(await ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var chunk)
        {
            body.Write(await ReadExactlyAsync(chunk));
            await ReadLineAsync();
        }
        await ReadLineAsync();
        return body.ToArray();
    }

    private async Task<bool> ReadMoreAsync()
    {
        _start = 0;
        _end = await Stream.ReadAsync(_buffer).AsTask().WaitAsync(Eventually.Soon);
        return _end > 0;
    }
}
