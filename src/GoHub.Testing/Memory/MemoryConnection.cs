using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace GoHub.Testing.Memory;

/// <summary>A connection of two pipes each way: what one end writes reaches the other while the node runs, waits while it is paused, and is lost when it is killed.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class MemoryConnection : ConnectionContext
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Action<MemoryConnection> _ended;
    private readonly Pipe _fromClient = new();
    private readonly Pipe _toServer = new();
    private readonly Pipe _fromServer = new();
    private readonly Pipe _toClient = new();
    private readonly Task _down;
    private int _isReset;

    public MemoryConnection(MemoryEndPoint endpoint, Gate gate, Action<MemoryConnection> ended)
    {
        _ended = ended;
        Client = new ClientStream(_toClient.Reader, _fromClient.Writer);
        Transport = new DuplexPipe(_toServer.Reader, _fromServer.Writer);
        LocalEndPoint = endpoint;
        // The limits of connections for each address count it as one client's machine.
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        ConnectionClosed = _closed.Token;
        _ = PumpAsync(_fromClient.Reader, _toServer.Writer, gate);
        _down = PumpAsync(_fromServer.Reader, _toClient.Writer, gate);
    }

    /// <summary>The client's end.</summary>
    public Stream Client { get; }

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    /// <summary>Ends it as a lost machine does: both ends see a reset, and what was on its way is gone.</summary>
    public void Reset()
    {
        if (Interlocked.Exchange(ref _isReset, 1) != 0)
        {
            return;
        }
        var reset = new IOException("The connection was reset.", new SocketException((int)SocketError.ConnectionReset));
        foreach (var pipe in new[] { _fromClient, _toServer, _fromServer, _toClient })
        {
            pipe.Writer.Complete(reset);
        }
        EndPumps();
        _ = Task.Run(_closed.Cancel);
    }

    public override void Abort(ConnectionAbortedException abortReason) => Reset();

    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        // What was written still gets to the client; what it writes from now on is nobody's.
        _ = _down.ContinueWith(_ => EndPumps(), TaskScheduler.Default);
        _ended(this);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private void EndPumps()
    {
        _fromClient.Reader.CancelPendingRead();
        _fromServer.Reader.CancelPendingRead();
        _toServer.Writer.CancelPendingFlush();
        _toClient.Writer.CancelPendingFlush();
    }

    private static async Task PumpAsync(PipeReader from, PipeWriter to, Gate gate)
    {
        Exception? fault = null;
        try
        {
            while (true)
            {
                var read = await from.ReadAsync().ConfigureAwait(false);
                await gate.PassAsync(CancellationToken.None).ConfigureAwait(false);
                var taken = true;
                foreach (var part in read.Buffer)
                {
                    var written = await to.WriteAsync(part).ConfigureAwait(false);
                    taken &= !written.IsCompleted && !written.IsCanceled;
                }
                from.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled || !taken)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Reset: both ends learn of it by themselves.
            fault = e;
        }
        await from.CompleteAsync(fault).ConfigureAwait(false);
        await to.CompleteAsync(fault).ConfigureAwait(false);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
