using System.Diagnostics;
using GoHub.Diagnostics;
using GoHub.Transport.Loops;
using Microsoft.Extensions.Logging;

namespace GoHub.Connections.Loops;

/// <summary>The WebSockets of one loop: what they share, who has something to send, and when it leaves.</summary>
/// <remarks>
/// Owner: the loop's thread. Threads: any may <see cref="Post"/>.
/// An answer leaves at the end of the turn. What a broadcast left with many leaves after a pause that is as long as the last such sending took,
/// <see cref="GoHubSettings.FlushInterval"/> at most: an idle loop never waits, a busy one sends several messages at once.
/// </remarks>
internal sealed class Lane(EventLoop loop, Lanes all, ChannelSettings settings, GoHubMetrics metrics, ILogger logger) : LoopTicker
{
    /// <summary>What leaves in one write. Unit: bytes.</summary>
    public const int CorkSize = 64 * 1024;

    // What a frame costs besides its bytes while it waits: two objects and a place in the inbox. Unit: bytes.
    private const int ItemSize = 100;

    // Lists beyond this are garbage.
    private const int MaxSpareLists = 4096;

    private readonly byte[] _cork = GC.AllocateUninitializedArray<byte>(CorkSize, pinned: true);
    private readonly List<LoopChannel> _urgent = [];
    private readonly List<LoopChannel> _paced = [];
    private readonly List<LoopChannel> _open = [];
    private readonly Stack<FrameList> _spareLists = new();
    private Everybody? _everybody;
    private FrameParser? _spareParser;
    private long _nextPaced;
    private long _now;
    private long _pendingDeliveries;
    private long _pendingBytes;

    public EventLoop Loop => loop;

    public Lanes All => all;

    public ChannelSettings Settings => settings;

    public GoHubMetrics Metrics => metrics;

    public ILogger Logger => logger;

    /// <summary>Who is being read at this moment: his answers gather in the cork.</summary>
    public LoopChannel? Reading { get; set; }

    /// <summary>Scratch of the channel that is reading or sending.</summary>
    public Span<byte> Cork => _cork;

    public int Corked { get; set; }

    /// <summary>Everybody on this loop.</summary>
    public Everybody Everybody => _everybody ??= new Everybody(this);

    /// <summary>The channels of this loop. Read on the loop's thread only.</summary>
    public List<LoopChannel> Open => _open;

    /// <summary>How many channels that is, for any thread, and a moment old.</summary>
    public int Population => _open.Count;

    /// <summary>A timestamp of the node's clock, taken once a turn.</summary>
    public long Now => _now != 0 ? _now : _now = settings.Time.GetTimestamp();

    /// <summary>Whether a message of this turn was measured already; one is enough, since measuring each would cost more than 3 %.</summary>
    public bool HasMeasured { get; set; }

    /// <summary>Whether more deliveries wait for this loop than it does in a short while.</summary>
    public bool IsBehind => Volatile.Read(ref _pendingDeliveries) > Lanes.MaxPendingDeliveries || Volatile.Read(ref _pendingBytes) > Lanes.ManyPendingBytes;

    public bool HasCaughtUp => Volatile.Read(ref _pendingDeliveries) <= Lanes.MaxPendingDeliveries / 2 && Volatile.Read(ref _pendingBytes) <= Lanes.ManyPendingBytes / 2;

    /// <summary>Has frames delivered on the loop's thread.</summary>
    /// <returns>False if too much waits already.</returns>
    public bool Post(LoopWork work, object first, object? second, int deliveries, int bytes)
    {
        bytes += ItemSize;
        if (Volatile.Read(ref _pendingBytes) + bytes > Lanes.MaxPendingBytes)
        {
            return false;
        }
        var waiting = Interlocked.Add(ref _pendingBytes, bytes);
        if (Interlocked.Add(ref _pendingDeliveries, deliveries) > Lanes.MaxPendingDeliveries || waiting > Lanes.ManyPendingBytes)
        {
            all.Congested(this);
        }
        loop.Post(work, first, second);
        return true;
    }

    /// <summary>What was posted has been delivered.</summary>
    public void Delivered(int deliveries, int bytes)
    {
        Interlocked.Add(ref _pendingBytes, -(bytes + ItemSize));
        Interlocked.Add(ref _pendingDeliveries, -deliveries);
        if (all.IsCongested)
        {
            all.Relieve();
        }
    }

    /// <summary>Asked before a frame goes to many.</summary>
    /// <returns>A timestamp if it may be sent to each at once; 0 if it is to wait for others.</returns>
    public long BeginBroadcast() => _paced.Count == 0 && Stopwatch.GetTimestamp() is var now && now >= _nextPaced ? now : 0;

    public void EndBroadcast(long begun)
    {
        if (begun != 0)
        {
            PauseAfter(begun);
        }
    }

    public void SendSoon(LoopChannel channel) => _urgent.Add(channel);

    public void SendPaced(LoopChannel channel) => _paced.Add(channel);

    public override long Tick()
    {
        var wait = SendDue();
        _now = 0;
        HasMeasured = false;
        return wait;
    }

    public FrameList RentList() => _spareLists.TryPop(out var list) ? list : new FrameList();

    public void ReturnList(FrameList list)
    {
        if (_spareLists.Count < MaxSpareLists)
        {
            _spareLists.Push(list);
        }
    }

    /// <summary>A parser in its first state. One serves all connections that have no half message.</summary>
    public FrameParser TakeParser(bool deflate)
    {
        var parser = _spareParser ?? new FrameParser(settings.MaxMessageSize);
        _spareParser = null;
        parser.AcceptsDeflate = deflate;
        return parser;
    }

    public void ReturnParser(FrameParser parser) => _spareParser = parser;

    private long SendDue()
    {
        for (var i = 0; i < _urgent.Count; i++)
        {
            _urgent[i].SendUrgent();
        }
        _urgent.Clear();
        if (_paced.Count == 0)
        {
            return -1;
        }
        var begun = Stopwatch.GetTimestamp();
        if (begun < _nextPaced)
        {
            return Math.Max(1, (_nextPaced - begun) / (Stopwatch.Frequency / 1_000_000));
        }
        for (var i = 0; i < _paced.Count; i++)
        {
            _paced[i].SendPaced();
        }
        _paced.Clear();
        PauseAfter(begun);
        return -1;
    }

    private void PauseAfter(long begun)
    {
        var ended = Stopwatch.GetTimestamp();
        _nextPaced = ended + Math.Min(settings.FlushInterval, ended - begun);
    }
}
