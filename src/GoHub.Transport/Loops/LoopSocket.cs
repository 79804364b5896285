using GoHub.Transport.Native;

namespace GoHub.Transport.Loops;

/// <summary>Who owns a socket on a loop; called on the loop's thread only.</summary>
internal interface ILoopSocketOwner
{
    /// <summary>The socket is the owner's from now on.</summary>
    void OnOwned(LoopSocket socket);

    /// <summary>Bytes have come.</summary>
    /// <param name="bytes">The loop's own buffer, to be used and changed until the call returns.</param>
    void OnReceived(Span<byte> bytes);

    /// <summary>The socket takes bytes again after <see cref="LoopSocket.Send"/> has taken too few.</summary>
    void OnWritable();

    /// <summary>The peer sends nothing more, though it may still read.</summary>
    void OnPeerDone();

    /// <summary>The peer has gone while nothing was being read: what it sent before can still be.</summary>
    void OnHangUp();

    /// <summary>There is no socket any more: it broke, was closed, or never came.</summary>
    /// <returns>Whether the owner calls <see cref="LoopSocket.Release"/> itself, so that the peer sees the end only when the owner has finished with it.</returns>
    bool OnEnded();
}

/// <summary>A connected socket that a loop owns, without buffers of its own.</summary>
/// <remarks>Owner: the loop's thread; nothing here but <see cref="Release"/> may be called from another.</remarks>
internal sealed unsafe class LoopSocket(int fd, EventLoop loop, ILoopSocketOwner owner, TransportMetrics metrics) : LoopWork, ILoopSource
{
    private const int MaxReadsPerTurn = 16;

    private bool _readable;
    private bool _hungUp;
    private bool _paused;
    private bool _peerDone;
    private bool _closed;

    public int Fd => fd;

    public int Slot { get; set; } = -1;

    /// <summary>Limits what the kernel holds for a peer that does not read. Unit: bytes, as SO_SNDBUF counts them: the kernel doubles it (socket(7)).</summary>
    public void LimitSendBuffer(int bytes) => _ = Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, &bytes, sizeof(int));

    /// <summary>Takes the socket over, with what had come before.</summary>
    public void Begin(byte[] early)
    {
        owner.OnOwned(this);
        if (early.Length > 0 && !_closed)
        {
            owner.OnReceived(early);
        }
        // The edge that told of what is there may have been the old owner's.
        _readable = true;
        _hungUp = true;
        Receive();
    }

    public void OnReady(int events)
    {
        if ((events & (Libc.EPOLLOUT | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0)
        {
            owner.OnWritable();
        }
        if (_closed || (events & ~Libc.EPOLLOUT) == 0)
        {
            return;
        }
        _readable = true;
        if ((events & ~(Libc.EPOLLIN | Libc.EPOLLOUT)) != 0)
        {
            _hungUp = true;
            if (_paused)
            {
                owner.OnHangUp();
            }
        }
        Receive();
    }

    public void OnLoopEnded() => Close();

    /// <summary>Goes on reading; posted by itself where a peer sends without end.</summary>
    public override void Run(object? first, object? second) => Receive();

    /// <summary>Reads nothing until <see cref="Resume"/>: what comes waits in the kernel, and then in the peer.</summary>
    public void Pause() => _paused = true;

    public void Resume()
    {
        _paused = false;
        Receive();
    }

    /// <summary>Sends what the socket takes at once. The owner gives the descriptor, which it has at hand where it sends to many.</summary>
    /// <returns>How many bytes that was: fewer than given when the peer is behind; -1 if the connection is lost.</returns>
    public static int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                var sent = (int)Libc.send(fd, start, bytes.Length, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
                if (sent >= 0)
                {
                    return sent;
                }
                switch (Libc.Errno)
                {
                    case Libc.EINTR:
                        continue;
                    case Libc.EAGAIN or Libc.ENOBUFS or Libc.ENOMEM:
                        return 0;
                    default:
                        return -1;
                }
            }
        }
    }

    /// <summary>Tells the peer that nothing more comes; it can still be read.</summary>
    public void EndSending() => _ = Libc.shutdown(fd, Libc.SHUT_WR);

    /// <summary>Ends the socket; the owner is told, and the descriptor is closed now or by <see cref="Release"/>.</summary>
    /// <param name="abruptly">With a reset, which throws away what the kernel still holds for the peer.</param>
    public void Close(bool abruptly = false)
    {
        if (_closed)
        {
            return;
        }
        _closed = true;
        if (abruptly)
        {
            var linger = stackalloc int[2] { 1, 0 };
            _ = Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, linger, 2 * sizeof(int));
        }
        // The descriptor may stay open for a moment: its events find nobody, and its number is not another's yet.
        loop.Remove(this);
        metrics.HandedOver(-1);
        if (!owner.OnEnded())
        {
            Release();
        }
    }

    /// <summary>Closes the descriptor of a socket that has ended. Once; any thread.</summary>
    public void Release()
    {
        _ = Libc.close(fd);
        metrics.Closed();
    }

    private void Receive()
    {
        fixed (byte* buffer = loop.ReceiveBuffer)
        {
            for (var reads = 0; _readable && !_paused && !_closed && !_peerDone; reads++)
            {
                if (reads == MaxReadsPerTurn)
                {
                    loop.Post(this);
                    return;
                }
                var count = (int)Libc.recv(fd, buffer, EventLoop.ReceiveBufferSize, Libc.MSG_DONTWAIT);
                if (count > 0)
                {
                    // A short read has emptied the socket, and what comes later is another edge; unless the end has come already.
                    _readable = count == EventLoop.ReceiveBufferSize || _hungUp;
                    owner.OnReceived(loop.ReceiveBuffer.AsSpan(0, count));
                }
                else if (count == 0)
                {
                    _peerDone = true;
                    owner.OnPeerDone();
                }
                else if (Libc.Errno == Libc.EAGAIN)
                {
                    _readable = _hungUp = false;
                }
                else if (Libc.Errno != Libc.EINTR)
                {
                    Close();
                }
            }
        }
    }
}
