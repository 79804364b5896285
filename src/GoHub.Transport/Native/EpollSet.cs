using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GoHub.Transport.Native;

/// <summary>One epoll descriptor and the array its events come in.</summary>
/// <remarks>Owner: one loop's thread.</remarks>
internal sealed unsafe class EpollSet : IDisposable
{
    /// <summary>Events taken in one call.</summary>
    private const int Capacity = 512;

    // struct epoll_event is packed on x64 only (linux/eventpoll.h).
    private static readonly int Size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = Size - 8;

    private readonly int _fd;
    private readonly byte* _events = (byte*)NativeMemory.AllocZeroed((nuint)(Capacity * 16));
    private bool _hasNanoseconds = true;

    public EpollSet()
    {
        _fd = Libc.epoll_create1(Libc.CLOEXEC);
        if (_fd < 0)
        {
            throw new TransportException("epoll_create1", Libc.Errno);
        }
    }

    /// <summary>Watches a descriptor, edge-triggered.</summary>
    public void Add(int fd, int events, ulong data)
    {
        var happening = stackalloc byte[16];
        Unsafe.WriteUnaligned(happening, events);
        Unsafe.WriteUnaligned(happening + DataOffset, data);
        if (Libc.epoll_ctl(_fd, Libc.EPOLL_CTL_ADD, fd, happening) < 0)
        {
            throw new TransportException("epoll_ctl", Libc.Errno);
        }
    }

    public void Remove(int fd) => _ = Libc.epoll_ctl(_fd, Libc.EPOLL_CTL_DEL, fd, null);

    /// <param name="microseconds">How long to wait; -1 for ever.</param>
    /// <returns>How many events there are; 0 after the time, or when a signal came.</returns>
    public int Wait(long microseconds)
    {
        int count;
        if (microseconds > 0 && _hasNanoseconds)
        {
            count = WaitExactly(microseconds);
        }
        else
        {
            count = Libc.epoll_wait(_fd, _events, Capacity, microseconds <= 0 ? (int)microseconds : (int)((microseconds + 999) / 1000));
        }
        if (count >= 0)
        {
            return count;
        }
        return Libc.Errno == Libc.EINTR ? 0 : throw new TransportException("epoll_wait", Libc.Errno);
    }

    public (int Events, ulong Data) this[int index]
    {
        get
        {
            var happening = _events + (index * Size);
            return (Unsafe.ReadUnaligned<int>(happening), Unsafe.ReadUnaligned<ulong>(happening + DataOffset));
        }
    }

    public void Dispose()
    {
        _ = Libc.close(_fd);
        NativeMemory.Free(_events);
    }

    private int WaitExactly(long microseconds)
    {
        var timeout = new Libc.Timespec { Seconds = (nint)(microseconds / 1_000_000), Nanoseconds = (nint)(microseconds % 1_000_000 * 1000) };
        try
        {
            var count = Libc.epoll_pwait2(_fd, _events, Capacity, &timeout, null);
            if (count >= 0 || Libc.Errno == Libc.EINTR)
            {
                return count;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An older libc; an older kernel says ENOSYS instead. Milliseconds do as well, only coarser.
        }
        _hasNanoseconds = false;
        return Libc.epoll_wait(_fd, _events, Capacity, (int)((microseconds + 999) / 1000));
    }
}
