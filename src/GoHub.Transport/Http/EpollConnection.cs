using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using GoHub.Transport.Loops;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Transport.Http;

/// <summary>A connection as Kestrel sees it: two pipes between its app and the socket. It ends with the last request, or with the handover to a loop.</summary>
/// <remarks>
/// Owner of the descriptor until then; it is closed on the loop's thread, after the last byte was sent and Kestrel has let go.
/// Threads: Kestrel's own and the loop's.
/// </remarks>
internal sealed partial class EpollConnection : ConnectionContext
{
    // Longer than any upgrade takes on a busy machine, and no age for an app that waits to learn that its client has left.
    private static readonly TimeSpan EndGrace = TimeSpan.FromMilliseconds(500);

    private readonly EventLoop _loop;
    private readonly ConnectionServices _services;
    private readonly HttpSocket _socket;
    private readonly IDuplexPipe _transport;
    private readonly CancellationTokenSource _closed = new();
    private Task _sending = Task.CompletedTask;
    private Handover? _handover;
    private string? _id;

    [SuppressMessage("Reliability", "CA2000", Justification = "Closed by the loop; see DisposeAsync.")]
    public EpollConnection(int fd, EventLoop loop, EndPoint? local, IPEndPoint? remote, ConnectionServices services)
    {
        _loop = loop;
        _services = services;
        var input = new Pipe(services.Input);
        var output = new Pipe(services.Outputs[loop.Number]);
        _transport = Transport = new DuplexPipe(input.Reader, output.Writer);
        _socket = new HttpSocket(fd, loop, input, output, services, OnPeerEnded);
        LocalEndPoint = local ?? Native.KernelAddress.OfThisEnd(fd);
        RemoteEndPoint = remote;
        ConnectionClosed = _closed.Token;
        Features = CreateFeatures();
    }

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => _id ??= CorrelationId.Next();
        set => _id = value;
    }

    // Kestrel gives no reason when the client is the one that ended it.
    public override void Abort(ConnectionAbortedException? abortReason) => _socket.Abort(abortReason);

    /// <summary>Begins to read and to send.</summary>
    public void Start()
    {
        _sending = _socket.SendAllAsync();
        _loop.Post(_socket);
    }

    /// <summary>Closes a connection that nobody has accepted.</summary>
    public void Refuse()
    {
        _socket.CloseUnwatched();
        _closed.Dispose();
    }

    /// <summary>Kestrel is done with it: what was written is sent, then the socket is closed, or goes to its new owner.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _transport.Input.CompleteAsync().ConfigureAwait(false);
        await _transport.Output.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        if (_handover is { } handover)
        {
            _loop.Post(handover, _socket);
        }
        else
        {
            // Whoever waits for the end of the connection learns of it, whichever side ended it.
            Cancel();
            _loop.Post(HttpSocket.Closing, _socket);
        }
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Kestrel takes the client's end of sending for the end of all, and cuts off the answer; so who ends it right behind the request has a moment to be answered.</summary>
    private void OnPeerEnded(bool inOrder)
    {
        if (inOrder)
        {
            _ = CancelLaterAsync();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Cancel(), this, preferLocal: false);
        }
    }

    private async Task CancelLaterAsync()
    {
        await Task.Delay(EndGrace).ConfigureAwait(false);
        Cancel();
    }

    [SuppressMessage("Design", "CA1031", Justification = "The app's callbacks; Kestrel itself logs what it must know.")]
    private void Cancel()
    {
        try
        {
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Kestrel was done with it before.
        }
        catch (AggregateException e)
        {
            TransportLog.LoopFault(_services.Logger, e);
        }
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
