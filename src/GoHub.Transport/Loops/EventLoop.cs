using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using GoHub.Transport.Native;
using Microsoft.Extensions.Logging;

namespace GoHub.Transport.Loops;

/// <summary>One thread, one epoll: runs the sources whose descriptors are ready and the work that other threads post.</summary>
/// <remarks>Owner: its own thread owns sources, slots and the receive buffer. Threads: any may <see cref="Post"/>.</remarks>
internal sealed class EventLoop : IDisposable
{
    /// <summary>What one read takes at most. Unit: bytes. Shared by all connections of the loop, so that an idle one owns no buffer.</summary>
    public const int ReceiveBufferSize = 64 * 1024;

    // Work taken in one turn, so that those who post without end do not keep the descriptors waiting.
    private const int MaxItemsPerTurn = 4096;
    private const ulong WakeUp = ulong.MaxValue;

    [ThreadStatic]
    private static EventLoop? _current;

    private readonly ConcurrentQueue<LoopItem> _inbox = new();
    private readonly EpollSet _epoll = new();
    private readonly int _wake;
    private readonly Thread _thread;
    private readonly ILogger _logger;
    private readonly SourceTable _sources = new();
    private volatile LoopTicker? _ticker;
    private volatile bool _stopping;
    private int _sleeping;

    public EventLoop(int number, ILogger logger)
    {
        Number = number;
        _logger = logger;
        _wake = Libc.eventfd(0, Libc.CLOEXEC | Libc.NONBLOCK);
        if (_wake < 0)
        {
            throw new TransportException("eventfd", Libc.Errno);
        }
        // Edge-triggered: each write is an edge of its own, so the counter never has to be read.
        _epoll.Add(_wake, Libc.EPOLLIN | Libc.EPOLLET, WakeUp);
        _thread = new Thread(Run) { IsBackground = true, Name = $"loop {number}" };
    }

    /// <summary>The loop whose thread this is; null elsewhere.</summary>
    public static EventLoop? Current => _current;

    public int Number { get; }

    public bool IsCurrent => ReferenceEquals(_current, this);

    /// <summary>For reading; what is in it counts until the source's turn is over.</summary>
    public byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveBufferSize, pinned: true);

    /// <summary>Called at the end of each turn. Set once.</summary>
    public LoopTicker? Ticker
    {
        get => _ticker;
        set => _ticker = value;
    }

    public void Start() => _thread.Start();

    /// <summary>Has something done on this loop's thread, in the order of the calls of each thread.</summary>
    public void Post(LoopWork work, object? first = null, object? second = null)
    {
        _inbox.Enqueue(new LoopItem(work, first, second));
        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
        {
            Wake();
        }
    }

    /// <summary>Watches a descriptor for reading and writing, edge-triggered. On the loop's thread only.</summary>
    public void Add(ILoopSource source, int fd, int events = Libc.EPOLLIN | Libc.EPOLLOUT | Libc.EPOLLRDHUP)
    {
        var key = _sources.Add(source);
        try
        {
            _epoll.Add(fd, events | Libc.EPOLLET, key);
        }
        catch
        {
            _sources.Remove(source);
            throw;
        }
    }

    /// <summary>Puts another source in the place of one, for the same descriptor.</summary>
    public void Replace(ILoopSource old, ILoopSource source) => _sources.Replace(old, source);

    /// <summary>Forgets a source whose descriptor is about to be closed; events of it that are already fetched find nobody.</summary>
    public void Remove(ILoopSource source) => _sources.Remove(source);

    /// <summary>Forgets a source and stops watching its descriptor, which stays open.</summary>
    public void Unwatch(ILoopSource source, int fd)
    {
        _epoll.Remove(fd);
        _sources.Remove(source);
    }

    /// <summary>Ends the thread; the sources that are left are told.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }
        _stopping = true;
        Wake();
        if (_thread.IsAlive && !IsCurrent)
        {
            _thread.Join();
        }
    }

    private unsafe void Wake()
    {
        ulong one = 1;
        _ = Libc.write(_wake, &one, sizeof(ulong));
    }

    private void Run()
    {
        _current = this;
        while (!_stopping)
        {
            Turn(Guarded(static loop => loop._ticker?.Tick() ?? -1, -1));
        }
        DrainInbox(int.MaxValue);
        foreach (var source in _sources.TakeAll())
        {
            source.OnLoopEnded();
        }
        _epoll.Dispose();
        _ = Libc.close(_wake);
    }

    private void Turn(long microseconds)
    {
        if (microseconds != 0)
        {
            // Who posts from here on wakes us; who posted before is seen now.
            Interlocked.Exchange(ref _sleeping, 1);
            if (!_inbox.IsEmpty || _stopping)
            {
                microseconds = 0;
            }
        }
        var ready = _epoll.Wait(microseconds);
        Volatile.Write(ref _sleeping, 0);
        for (var i = 0; i < ready; i++)
        {
            var (events, key) = _epoll[i];
            if (_sources.Find(key) is { } source)
            {
                Ready(source, events);
            }
        }
        DrainInbox(MaxItemsPerTurn);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A fault in one source's code must not end the loop of all the others.")]
    private void Ready(ILoopSource source, int events)
    {
        try
        {
            source.OnReady(events);
        }
        catch (Exception e)
        {
            TransportLog.LoopFault(_logger, e);
        }
    }

    private void DrainInbox(int most)
    {
        for (; most > 0 && _inbox.TryDequeue(out var item); most--)
        {
            RunItem(item);
        }
        if (most == 0 && !_inbox.IsEmpty)
        {
            Wake();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "As for sources.")]
    private void RunItem(in LoopItem item)
    {
        try
        {
            item.Work.Run(item.First, item.Second);
        }
        catch (Exception e)
        {
            TransportLog.LoopFault(_logger, e);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "As for sources.")]
    private T Guarded<T>(Func<EventLoop, T> work, T otherwise)
    {
        try
        {
            return work(this);
        }
        catch (Exception e)
        {
            TransportLog.LoopFault(_logger, e);
            return otherwise;
        }
    }
}
