using System.IO.Pipelines;
using GoHub.Transport.Loops;
using GoHub.Transport.Native;
using Microsoft.AspNetCore.Connections;

namespace GoHub.Transport.Http;

/// <summary>The socket of a connection while it speaks HTTP: what comes goes into one pipe, what the app writes is sent from the other.</summary>
/// <remarks>
/// Owner of reading: the loop's thread, under <see cref="_reading"/>, so that another may end it at any moment without waiting for the loop.
/// Owner of sending: <see cref="SendAllAsync"/>. The descriptor is closed on the loop's thread only, when both are done.
/// </remarks>
internal sealed partial class HttpSocket(int fd, EventLoop loop, Pipe input, Pipe output, ConnectionServices services, Action<bool> ended) : LoopWork, ILoopSource
{
    // Reads of one turn; then the others of the loop come first.
    private const int MaxReadsPerTurn = 16;

    private readonly Lock _reading = new();
    private bool _stopped;
    private bool _paused;
    private bool _peerEnded;
    private int _closed;

    public int Fd => fd;

    public int Slot { get; set; } = -1;

    /// <summary>Closes the socket that it is posted with.</summary>
    public static LoopWork Closing { get; } = new CloseWork();

    /// <summary>Begins to watch the socket, and goes on reading later on.</summary>
    public override void Run(object? first, object? second)
    {
        if (Volatile.Read(ref _closed) != 0)
        {
            return;
        }
        if (Slot < 0)
        {
            Watch();
        }
        else
        {
            lock (_reading)
            {
                _paused = false;
                Read(mayHaveEnded: true);
            }
        }
    }

    public void OnReady(int events)
    {
        if ((events & (Libc.EPOLLOUT | Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
        {
            SignalWritable();
        }
        if ((events & (Libc.EPOLLIN | Libc.EPOLLRDHUP | Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
        {
            lock (_reading)
            {
                Read(mayHaveEnded: (events & ~(Libc.EPOLLIN | Libc.EPOLLOUT)) != 0);
            }
        }
    }

    public void OnLoopEnded()
    {
        Abort(new ConnectionAbortedException("The transport has ended."));
        Close();
    }

    /// <summary>Nothing goes into the pipe after this call.</summary>
    public void HoldReading()
    {
        lock (_reading)
        {
            _stopped = true;
        }
    }

    /// <summary>Reads again, from the loop's next turn on.</summary>
    public void ReadOn()
    {
        lock (_reading)
        {
            _stopped = false;
        }
        loop.Post(this);
    }

    /// <summary>Closes the descriptor. On the loop's thread.</summary>
    public void Close()
    {
        loop.Remove(this);
        CloseUnwatched();
    }

    /// <summary>Closes a descriptor that no loop watches yet.</summary>
    public void CloseUnwatched()
    {
        // An abort may be looking at the descriptor at this moment.
        lock (_sending)
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                _ = Libc.close(fd);
                services.Metrics.Closed();
            }
        }
    }

    /// <summary>Gives the descriptor up to another source. On the loop's thread.</summary>
    public bool TryGiveUp(ILoopSource successor)
    {
        lock (_sending)
        {
            if (_aborted || Slot < 0 || Interlocked.Exchange(ref _closed, 1) != 0)
            {
                return false;
            }
            loop.Replace(this, successor);
            return true;
        }
    }

    private unsafe void Watch()
    {
        if (services.Options.NoDelay)
        {
            var one = 1;
            _ = Libc.setsockopt(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, &one, sizeof(int));
        }
        try
        {
            loop.Add(this, fd);
        }
        catch (TransportException e)
        {
            Abort(new ConnectionAbortedException(e.Message, e));
            EndInput(new ConnectionResetException(e.Message, e));
        }
    }

    private unsafe void Read(bool mayHaveEnded)
    {
        fixed (byte* buffer = loop.ReceiveBuffer)
        {
            for (var reads = 0; !_stopped && !_paused && !_peerEnded; reads++)
            {
                if (reads == MaxReadsPerTurn)
                {
                    _paused = true;
                    loop.Post(this);
                    return;
                }
                var count = (int)Libc.recv(fd, buffer, EventLoop.ReceiveBufferSize, Libc.MSG_DONTWAIT);
                if (count > 0)
                {
                    Take(new ReadOnlySpan<byte>(buffer, count));
                    // A short read has emptied the socket; what comes later is another edge.
                    if (count < EventLoop.ReceiveBufferSize && !mayHaveEnded)
                    {
                        return;
                    }
                }
                else if (count == 0)
                {
                    EndInput(null);
                }
                else if (Libc.Errno is var errno and not Libc.EINTR)
                {
                    if (errno != Libc.EAGAIN)
                    {
                        EndInput(new ConnectionResetException("The client has gone.", new TransportException("recv", errno)));
                    }
                    return;
                }
            }
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        var room = input.Writer.GetSpan(bytes.Length);
        bytes.CopyTo(room);
        input.Writer.Advance(bytes.Length);
        var flush = input.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            _paused = true;
            _ = ResumeAsync(flush);
        }
        else if (flush.Result.IsCompleted)
        {
            // Nobody reads any more; the end of sending closes the socket.
            _stopped = true;
        }
    }

    private async Task ResumeAsync(ValueTask<FlushResult> flush)
    {
        if (!(await flush.ConfigureAwait(false)).IsCompleted)
        {
            loop.Post(this);
        }
    }

    private void EndInput(Exception? fault)
    {
        _peerEnded = true;
        // As the stock transport: an abort of ours is the reason, whatever the socket said then.
        input.Writer.Complete(_reason ?? fault);
        ended(fault is null && !_aborted);
    }

    private sealed class CloseWork : LoopWork
    {
        public override void Run(object? first, object? second) => ((HttpSocket)first!).Close();
    }
}
