using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Rows;

/// <summary>A Redis client that sends what it is told, bytes as they are.</summary>
/// <remarks>Owner: the test. Threads: one at a time.</remarks>
internal sealed class RawRedis : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly BufferedStream _stream;

    public RawRedis(IPEndPoint server)
    {
        _tcp.Connect(server);
        _tcp.ReceiveTimeout = (int)Eventually.Soon.TotalMilliseconds;
        _stream = new BufferedStream(_tcp.GetStream());
    }

    /// <summary>A number, a text, an array of these, or null.</summary>
    public object? Ask(params object[] command)
    {
        Write($"*{command.Length}\r\n");
        foreach (var part in command)
        {
            var bytes = part as byte[] ?? Encoding.UTF8.GetBytes((string)part);
            Write($"${bytes.Length}\r\n");
            _stream.Write(bytes);
            Write("\r\n");
        }
        _stream.Flush();
        return Read();
    }

    public string[] Texts(params object[] command) => [.. ((object?[])Ask(command)!).Select(t => (string)t!)];

    public void Dispose() => _tcp.Dispose();

    private void Write(string text) => _stream.Write(Encoding.ASCII.GetBytes(text));

    private object? Read()
    {
        var line = Line();
        switch (line[0])
        {
            case '+':
                return line[1..];
            case ':':
                return long.Parse(line[1..], CultureInfo.InvariantCulture);
            case '$' when line == "$-1":
                return null;
            case '$':
                var bytes = new byte[int.Parse(line[1..], CultureInfo.InvariantCulture) + 2];
                _stream.ReadExactly(bytes);
                return Encoding.UTF8.GetString(bytes.AsSpan(0, bytes.Length - 2));
            case '*':
                return Enumerable.Range(0, int.Parse(line[1..], CultureInfo.InvariantCulture)).Select(_ => Read()).ToArray();
            default:
                throw new InvalidOperationException(line);
        }
    }

    private string Line()
    {
        var text = new StringBuilder();
        while (_stream.ReadByte() is var b and not '\n')
        {
            text.Append(b >= 0 ? (char)b : throw new EndOfStreamException());
        }
        return text.ToString().TrimEnd('\r');
    }
}
