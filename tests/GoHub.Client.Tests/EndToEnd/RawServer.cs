using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace GoHub.Client.Tests.EndToEnd;

/// <summary>A server that answers each request with what the test says, and is silent from then on.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly List<Socket> _sockets = [];
    private readonly Func<string, string?> _respond;
    private readonly Task _accepting;

    /// <param name="respond">From the request's head to the response; null for none.</param>
    public RawServer(Func<string, string?> respond)
    {
        _respond = respond;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/ws";

    /// <summary>Opens the connection, as the protocol asks.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 §4.2.2 asks for SHA-1; it protects nothing here.")]
    public static string Accept(string request)
    {
        var key = request.Split("\r\n").Single(l => l.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim();
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        return $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _accepting;
        _listener.Stop();
        _sockets.ForEach(s => s.Dispose());
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_over.Token);
                _sockets.Add(socket);
                var buffer = new byte[16 * 1024];
                var request = "";
                while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    request += Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, _over.Token));
                }
                if (_respond(request) is { } response)
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes(response), _over.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
