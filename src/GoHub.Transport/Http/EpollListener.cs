using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using GoHub.Transport.Loops;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Transport.Http;

/// <summary>One endpoint: accepted on one loop, its connections dealt out to all.</summary>
/// <remarks>Owner of the listening socket. Threads: any; Kestrel accepts one at a time.</remarks>
internal sealed class EpollListener : IConnectionListener
{
    private readonly Socket _socket;
    private readonly EventLoop _loop;
    private readonly AcceptSource _accepting;
    private readonly Channel<EpollConnection> _accepted = Channel.CreateUnbounded<EpollConnection>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unbound;

    [SuppressMessage("Reliability", "CA2000", Justification = "The accepting source lives as long as this does and ends with it.")]
    public EpollListener(EndPoint endpoint, EventLoop[] loops, Func<EventLoop> nextLoop, ConnectionServices services)
    {
        _socket = ListeningSocket.Bind(endpoint, services.Options.Backlog);
        EndPoint = endpoint is IPEndPoint ? _socket.LocalEndPoint! : endpoint;
        _loop = nextLoop();
        // Where all of one address listen, that is what a connection's own end is called.
        var local = EndPoint is IPEndPoint ip && (ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any)) ? null : EndPoint;
        _accepting = new AcceptSource((int)_socket.Handle, _loop, loops, local, services, _accepted.Writer);
    }

    public EndPoint EndPoint { get; }

    public void Start() => _loop.Post(_accepting, ListenerOrder.Start);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out var connection))
            {
                connection.Start();
                return connection;
            }
        }
        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _unbound, 1) == 0)
        {
            _loop.Post(_accepting, ListenerOrder.Stop, _stopped);
        }
        await _stopped.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        while (_accepted.Reader.TryRead(out var late))
        {
            late.Refuse();
        }
    }
}
