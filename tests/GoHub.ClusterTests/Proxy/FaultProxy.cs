using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Proxy;

/// <summary>A TCP proxy on loopback that makes the way between a node and its bus bad in every way a test asks for.</summary>
/// <remarks>Owner of the listener and the links. Threads: any; what is set counts for open connections at once and for later ones too.</remarks>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly int _seed;
    private readonly ConcurrentDictionary<ProxyLink, bool> _links = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _accepted;

    private FaultProxy(IPEndPoint target, int seed)
    {
        _target = target;
        _seed = seed;
        Listen();
    }

    /// <summary>Where the node connects to; stays the same.</summary>
    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, FreePort.Next());

    public Way Up { get; } = new();

    public Way Down { get; } = new();

    /// <summary>What may drop some of what the node says to the bus; one is made for each connection. Counts for connections made afterwards.</summary>
    public Func<IStreamFilter>? Filter { get; set; }

    /// <summary>Connections at this moment.</summary>
    public int Connections => _links.Count;

    /// <summary>Connections since the start.</summary>
    public int Accepted => _accepted;

    /// <param name="target">The bus.</param>
    /// <param name="seed">Of the jitter.</param>
    public static FaultProxy Start(IPEndPoint target, int seed = 1) => new(target, seed);

    public Way this[Direction direction] => direction == Direction.Up ? Up : Down;

    /// <summary>Sets both directions.</summary>
    public void Set(LinkFaults faults)
    {
        Up.Faults = faults;
        Down.Faults = faults;
    }

    /// <summary>Nothing gets through any more, and nobody is told.</summary>
    public void Blackhole() => Set(LinkFaults.None with { Passage = Passage.Blackhole });

    /// <summary>Everything waits.</summary>
    public void Freeze() => Set(LinkFaults.None with { Passage = Passage.Frozen });

    /// <summary>Ends every fault that was set.</summary>
    public void Heal()
    {
        Set(LinkFaults.None);
        Filter = null;
        Listen();
    }

    /// <summary>Ends every connection by RST; new ones are accepted.</summary>
    public void Reset()
    {
        foreach (var link in _links.Keys)
        {
            link.Reset();
        }
    }

    /// <summary>Ends every connection by RST and refuses new ones.</summary>
    public void Refuse()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        Reset();
    }

    /// <summary>Resets each connection after that many more bytes.</summary>
    public void CutAfter(Direction direction, long bytes)
    {
        foreach (var link in _links.Keys)
        {
            link.CutAfter(direction, bytes);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Refuse();
        await _accepting;
        Reset();
        await Task.WhenAll(_links.Keys.Select(link => link.Completion));
    }

    private void Listen()
    {
        if (_listener is not null)
        {
            return;
        }
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // A reset connection of before may still hold the port.
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(EndPoint);
        listener.Listen(128);
        _listener = listener;
        _accepting = AcceptAsync(listener, _accepting);
    }

    private async Task AcceptAsync(Socket listener, Task before)
    {
        await before;
        while (true)
        {
            Socket node;
            try
            {
                node = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            var link = new ProxyLink(this, node, _target, new Random(_seed + Interlocked.Increment(ref _accepted)));
            _links[link] = true;
            // Not awaited here: a link to a bus that is not there must not hold up the next one.
            _ = CarryAsync(link);
        }
    }

    private async Task CarryAsync(ProxyLink link)
    {
        await link.RunAsync();
        _links.TryRemove(link, out _);
        link.Dispose();
    }
}

/// <summary>One direction of a proxy.</summary>
internal sealed class Way
{
    private TaskCompletionSource _changed = New();
    private LinkFaults _faults = LinkFaults.None;
    private long _bytes;
    private long _swallowed;

    public LinkFaults Faults
    {
        get => Volatile.Read(ref _faults);
        set
        {
            Volatile.Write(ref _faults, value);
            Interlocked.Exchange(ref _changed, New()).SetResult();
        }
    }

    /// <summary>What has passed, over all connections. Unit: bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What has vanished in a blackhole. Unit: bytes.</summary>
    public long Swallowed => Interlocked.Read(ref _swallowed);

    /// <summary>Done when the faults are others than now; take it before looking at them.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Count(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void CountSwallowed(int bytes) => Interlocked.Add(ref _swallowed, bytes);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
