using System.Net;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Proxy;

/// <summary>One connection through a <see cref="FaultProxy"/>: two sockets and a pump for each direction.</summary>
/// <remarks>Owner of both sockets. It ends by RST when either side is reset or a fault says so, and by FIN when both sides are done.</remarks>
internal sealed class ProxyLink(FaultProxy proxy, Socket node, IPEndPoint target, Random random) : IDisposable
{
    private readonly Socket _bus = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _over = new();
    private readonly long[] _cutAfter = [long.MaxValue, long.MaxValue];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the connection is over.</summary>
    public Task Completion => _completed.Task;

    public async Task RunAsync()
    {
        node.NoDelay = true;
        try
        {
            await _bus.ConnectAsync(target, _over.Token);
            await Task.WhenAll(
                PumpAsync(new ProxyPump(this, proxy.Up, node, _bus, proxy.Filter?.Invoke(), new Random(random.Next()), Direction.Up)),
                PumpAsync(new ProxyPump(this, proxy.Down, _bus, node, null, new Random(random.Next()), Direction.Down)));
        }
        catch (Exception e) when (IsEnd(e))
        {
            Reset();
        }
        finally
        {
            _completed.SetResult();
        }
    }

    public void CutAfter(Direction direction, long bytes) => Interlocked.Exchange(ref _cutAfter[(int)direction], bytes);

    /// <summary>How many of <paramref name="bytes"/> may still pass.</summary>
    public int Allowed(Direction direction, int bytes)
    {
        ref var left = ref _cutAfter[(int)direction];
        if (Interlocked.Read(ref left) == long.MaxValue)
        {
            return bytes;
        }
        var after = Interlocked.Add(ref left, -bytes);
        return after >= 0 ? bytes : (int)Math.Max(0, bytes + after);
    }

    public void Reset()
    {
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Over already.
            return;
        }
        Abort(node);
        Abort(_bus);
    }

    public void Dispose()
    {
        node.Dispose();
        _bus.Dispose();
        _over.Dispose();
    }

    // Whatever happened on one side, the other sees a connection that was reset, at once.
    private async Task PumpAsync(ProxyPump pump)
    {
        try
        {
            await pump.RunAsync(_over.Token);
        }
        catch (Exception e) when (IsEnd(e))
        {
            Reset();
        }
    }

    private static bool IsEnd(Exception e) => e is SocketException or ObjectDisposedException or OperationCanceledException or ConnectionLost;

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
        socket.Dispose();
    }
}

/// <summary>A fault has ended the connection.</summary>
internal sealed class ConnectionLost() : Exception("A fault of the proxy has ended the connection.");
