using System.Net;
using System.Threading.Channels;
using GoHub.Transport.Loops;
using GoHub.Transport.Native;

namespace GoHub.Transport.Http;

/// <summary>What a listener asks of its accepting source.</summary>
internal enum ListenerOrder
{
    Start,
    Stop,
    Continue,
}

/// <summary>Takes connections from the kernel until there are none, whatever the kernel says.</summary>
/// <remarks>Owner: the accepting loop's thread.</remarks>
internal sealed class AcceptSource(int fd, EventLoop loop, EventLoop[] loops, EndPoint? local, ConnectionServices services, ChannelWriter<EpollConnection> accepted)
    : LoopWork, ILoopSource
{
    // Taken in one turn, so that a storm of connects does not keep the loop's other connections waiting.
    private const int MaxPerTurn = 64;

    private static readonly TimeSpan PauseWithoutMemory = TimeSpan.FromMilliseconds(100);

    private readonly SpareDescriptor _spare = new();
    private Timer? _again; // Disposed by Stop.
    private int _next = loop.Number;
    private bool _open;
    private bool _complained;

    public int Slot { get; set; } = -1;

    public override void Run(object? first, object? second)
    {
        switch ((ListenerOrder)first!)
        {
            case ListenerOrder.Start:
                _open = true;
                loop.Add(this, fd, Libc.EPOLLIN);
                break;
            case ListenerOrder.Continue:
                Accept();
                break;
            default:
                Stop();
                ((TaskCompletionSource)second!).TrySetResult();
                break;
        }
    }

    public void OnReady(int events) => Accept();

    public void OnLoopEnded() => Stop();

    private unsafe void Accept()
    {
        var address = stackalloc byte[KernelAddress.MaxLength];
        for (var taken = 0; _open; taken++)
        {
            if (taken == MaxPerTurn)
            {
                loop.Post(this, ListenerOrder.Continue);
                return;
            }
            var length = KernelAddress.MaxLength;
            var connection = Libc.accept4(fd, address, &length, Libc.CLOEXEC | Libc.NONBLOCK);
            if (connection >= 0)
            {
                Take(connection, new ReadOnlySpan<byte>(address, Math.Min(length, KernelAddress.MaxLength)));
            }
            else if (!GoesOnAfter(Libc.Errno))
            {
                return;
            }
        }
    }

    private void Take(int connection, ReadOnlySpan<byte> peer)
    {
        _complained = false;
        var open = services.Metrics.Accepted();
        if (open > services.MaxConnections && services.Metrics.HandedOverNow > 0)
        {
            services.Metrics.Closed();
            _ = Libc.close(connection);
            return;
        }
        accepted.TryWrite(new EpollConnection(connection, loops[_next++ % loops.Length], local, KernelAddress.Read(peer), services));
    }

    /// <summary>Whether there may be more after this error (accept(2)): errors of one connection count against that one only.</summary>
    private bool GoesOnAfter(int errno)
    {
        switch (errno)
        {
            case Libc.EAGAIN:
                return false;
            case Libc.EINTR:
                return true;
            case Libc.EMFILE or Libc.ENFILE:
                Complain(errno, "Raise the limit of open files (ulimit -n), or limit the connections.");
                // Left in the kernel's queue it would be ready for ever; the client is better told at once.
                return _spare.Refuse(fd) || Pause();
            case Libc.ENOBUFS or Libc.ENOMEM:
                Complain(errno, "The kernel has no memory for sockets.");
                return Pause();
            default:
                services.Metrics.AcceptFailed(errno);
                return true;
        }
    }

    private void Complain(int errno, string advice)
    {
        services.Metrics.AcceptFailed(errno);
        if (!_complained)
        {
            _complained = true;
            TransportLog.AcceptFault(services.Logger, System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno), advice);
        }
    }

    private bool Pause()
    {
        _again ??= new Timer(static source => ((AcceptSource)source!).Continue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _again.Change(PauseWithoutMemory, Timeout.InfiniteTimeSpan);
        return false;
    }

    private void Continue() => loop.Post(this, ListenerOrder.Continue);

    private void Stop()
    {
        if (_open)
        {
            _open = false;
            loop.Unwatch(this, fd);
            _again?.Dispose();
            _spare.Release();
            accepted.TryComplete();
        }
    }
}
