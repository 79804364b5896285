using GoHub.Diagnostics;
using GoHub.Transport.Loops;

namespace GoHub.Connections.Loops;

/// <summary>A WebSocket on the socket itself, owned by the loop that reads it. Linux, plaintext, HTTP/1.1; <see cref="PipeChannel"/> does the rest.</summary>
/// <remarks>
/// Owner of everything here: the loop's thread; others post to it, so what one thread sends arrives in its order. While a handler is at work elsewhere
/// it owns the read side (<see cref="HeldRead"/>). An idle channel has no buffer, no parser, no task and no token.
/// </remarks>
internal sealed partial class LoopChannel : FramedChannel, ILoopSocketOwner
{
    private static readonly LoopWork Beginning = new ChannelWork(static (channel, _) => channel.Attach());
    private static readonly LoopWork Aborting = new ChannelWork(static (channel, _) => channel.AbortHere());
    private static readonly LoopWork Lingered = new ChannelWork(static (channel, _) => channel._socket?.Close());

    private readonly Lane _lane;
    private IChannelReceiver? _receiver;
    private LoopSocket? _socket;
    private LoopSocket? _leaving; // Ended, its descriptor still open.
    private int _place = -1;
    private long _lingersUntil;
    private volatile bool _ended;
    private bool _abortAtOnce;
    private bool _closesWhenSent;

    public LoopChannel(Lane lane, bool deflate = false)
        : base(lane.Settings, deflate)
    {
        _lane = lane;
        _blockedSince = lane.Settings.Time.GetTimestamp();
        if (deflate)
        {
            _gate |= Gate.Deflates;
        }
    }

    public override Lane? Lane => _lane;

    protected override ChannelSettings Settings => _lane.Settings;

    /// <summary>The connection this is the channel of.</summary>
    public GoHubConnection? Connection { get; set; }

    /// <summary>Says who takes the messages; from now on the channel is among those of its loop.</summary>
    public void Begin(IChannelReceiver receiver)
    {
        _receiver = receiver;
        _lane.Loop.Post(Beginning, this);
    }

    public override void Abort() => _lane.Loop.Post(Aborting, this);

    public override void Sweep(long now)
    {
        base.Sweep(now);
        var until = Volatile.Read(ref _lingersUntil);
        if (until != 0 && now > until)
        {
            _lane.Loop.Post(Lingered, this);
        }
    }

    void ILoopSocketOwner.OnOwned(LoopSocket socket)
    {
        _socket = socket;
        _fd = socket.Fd;
        if (_abortAtOnce)
        {
            socket.Close(abruptly: true);
            return;
        }
        socket.LimitSendBuffer(Settings.SocketSendBuffer);
        _gate &= ~Gate.NoSocket;
        Unblock();
        Send();
    }

    void ILoopSocketOwner.OnPeerDone()
    {
        // Half-closed: what is on its way to the peer still gets there, unless the peer takes nothing for WriteTimeout.
        _gate |= Gate.Closed;
        CloseWhenSent();
    }

    void ILoopSocketOwner.OnHangUp()
    {
        if (_held is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static channel => channel.CancelGuarded(), this, preferLocal: false);
        }
    }

    bool ILoopSocketOwner.OnEnded()
    {
        (_leaving, _socket) = (_socket, null);
        var releasesItself = _leaving is not null;
        _ended = true;
        _gate = Gate.NoSocket | Gate.Closed;
        _pending.Clear(_lane);
        _pending = default;
        _parser?.ReleaseIdleBuffers();
        Detach();
        if (ReferenceEquals(_lane.Reading, this))
        {
            // A message is being handled below us on this stack: its end comes first.
            _lane.Corked = 0;
            return releasesItself;
        }
        TellEnd();
        return releasesItself;
    }

    private void TellEnd()
    {
        if (_held is { } held)
        {
            // The handler is told, and its end is awaited; the client's is not held up by it.
            Release();
            held.Wake();
            ThreadPool.UnsafeQueueUserWorkItem(static channel => channel.CancelGuarded(), this, preferLocal: false);
            return;
        }
        Finish();
    }

    /// <summary>Tells whoever is above, away from the loop: the app's callbacks run there. The client sees the end last: who hears of it finds the seat free.</summary>
    private void Finish() => ThreadPool.UnsafeQueueUserWorkItem(
        static channel =>
        {
            try
            {
                channel.CancelGuarded();
                channel._receiver?.OnClosed();
            }
            finally
            {
                channel.Release();
            }
        },
        this, preferLocal: false);

    private void Release()
    {
        _leaving?.Release();
        _leaving = null;
    }

    private void CancelGuarded()
    {
        try
        {
            CancelAborted();
        }
        catch (AggregateException e)
        {
            Log.ConnectionFaulted(_lane.Logger, e);
        }
    }

    private void AbortHere()
    {
        _abortAtOnce = true;
        _socket?.Close(abruptly: true);
    }

    private void CloseWhenSent()
    {
        _closesWhenSent = true;
        Send();
    }

    private void Attach()
    {
        _place = _lane.Open.Count;
        _lane.Open.Add(this);
    }

    private void Detach()
    {
        if (_place < 0)
        {
            return;
        }
        var last = _lane.Open[^1];
        _lane.Open[_place] = last;
        last._place = _place;
        _lane.Open.RemoveAt(_lane.Open.Count - 1);
        _place = -1;
    }

    /// <summary>One kind of thing to do with a channel on its loop.</summary>
    private sealed class ChannelWork(Action<LoopChannel, object?> work) : LoopWork
    {
        public override void Run(object? first, object? second) => work((LoopChannel)first!, second);
    }
}
