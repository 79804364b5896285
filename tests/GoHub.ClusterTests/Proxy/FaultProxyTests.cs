using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GoHub.ClusterTests.Proxy;

/// <summary>The proxy itself: a fault that does not happen would prove nothing.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    private readonly Socket _echo = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private FaultProxy _proxy = null!;
    private Socket _bus = null!;
    private Socket _node = null!;

    public async ValueTask InitializeAsync()
    {
        _echo.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _echo.Listen();
        _proxy = FaultProxy.Start((IPEndPoint)_echo.LocalEndPoint!);
        await ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        _bus.Dispose();
        _echo.Dispose();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_fault_everything_passes_both_ways_as_it_is()
    {
        var bytes = new byte[3 * 1024 * 1024 + 7];
        new Random(1).NextBytes(bytes);
        foreach (var (from, to) in new[] { (_node, _bus), (_bus, _node) })
        {
            var sending = SendAsync(from, bytes);
            Assert.Equal(bytes, await ReceiveAsync(to, bytes.Length));
            await sending;
        }
        Assert.Equal(bytes.Length, _proxy.Up.Bytes);
        Assert.Equal(bytes.Length, _proxy.Down.Bytes);
    }

    [Fact]
    public async Task The_end_of_one_side_is_told_to_the_other_and_the_way_back_stays_open()
    {
        await SendAsync(_node, [1]);
        _node.Shutdown(SocketShutdown.Send);
        Assert.Equal([1], await ReceiveAsync(_bus, 1));
        Assert.Equal(0, await ReadAsync(_bus));
        await SendAsync(_bus, [2]);
        Assert.Equal([2], await ReceiveAsync(_node, 1));
    }

    [Fact]
    public async Task Latency_delays_and_jitter_keeps_the_order()
    {
        _proxy.Up.Faults = LinkFaults.None with { Latency = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.FromMilliseconds(60) };
        var clock = Stopwatch.StartNew();
        for (byte i = 0; i < 50; i++)
        {
            await SendAsync(_node, [i]);
            await Task.Yield();
        }
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (byte)i), await ReceiveAsync(_bus, 50));
        Assert.InRange(clock.ElapsedMilliseconds, 95, 5000);
    }

    [Fact]
    public async Task Bandwidth_is_limited()
    {
        _proxy.Up.Faults = LinkFaults.None with { BytesPerSecond = 64_000 };
        var clock = Stopwatch.StartNew();
        var sending = SendAsync(_node, new byte[32_000]);
        await ReceiveAsync(_bus, 32_000);
        await sending;
        Assert.InRange(clock.ElapsedMilliseconds, 400, 5000);
    }

    [Fact]
    public async Task Slices_are_no_larger_than_asked()
    {
        _proxy.Up.Faults = LinkFaults.None with { SliceBytes = 3, Latency = TimeSpan.FromMilliseconds(1) };
        await SendAsync(_node, new byte[1000]);
        Assert.Equal(1000, (await ReceiveAsync(_bus, 1000)).Length);
    }

    [Theory]
    [InlineData(Direction.Up)]
    [InlineData(Direction.Down)]
    internal async Task A_frozen_way_holds_bytes_back_and_the_other_one_does_not(Direction direction)
    {
        var (from, to) = direction == Direction.Up ? (_node, _bus) : (_bus, _node);
        _proxy[direction].Faults = LinkFaults.None with { Passage = Passage.Frozen };
        await SendAsync(from, [1, 2, 3]);
        await SendAsync(to, [9]);
        Assert.Equal([9], await ReceiveAsync(from, 1));
        Assert.Equal(0, to.Available);
        _proxy.Heal();
        Assert.Equal([1, 2, 3], await ReceiveAsync(to, 3));
    }

    [Fact]
    public async Task A_frozen_way_keeps_no_more_than_its_queue()
    {
        _proxy.Up.Faults = LinkFaults.None with { Passage = Passage.Frozen };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var sent = 0L;
        var block = new byte[64 * 1024];
        try
        {
            while (sent < 256 * 1024 * 1024)
            {
                sent += await _node.SendAsync(block, SocketFlags.None, patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // What a sender feels whose peer takes nothing.
        }
        Assert.InRange(sent, 1, 64L * 1024 * 1024);
    }

    [Fact]
    public async Task A_blackhole_swallows_and_resets_the_connection_when_it_is_opened()
    {
        _proxy.Blackhole();
        await SendAsync(_node, [1, 2, 3]);
        await SendAsync(_bus, [4]);
        await Eventually.HoldsAsync("the bytes are swallowed", () => _proxy.Up.Swallowed == 3 && _proxy.Down.Swallowed == 1);
        _proxy.Heal();
        await ExpectResetAsync(_node);
        await ExpectResetAsync(_bus);
        await ConnectAsync();
        await SendAsync(_node, [5]);
        Assert.Equal([5], await ReceiveAsync(_bus, 1));
    }

    [Fact]
    public async Task A_blackhole_of_one_direction_leaves_the_other_open()
    {
        _proxy.Down.Faults = LinkFaults.None with { Passage = Passage.Blackhole };
        await SendAsync(_bus, [1]);
        await SendAsync(_node, [2]);
        Assert.Equal([2], await ReceiveAsync(_bus, 1));
        Assert.Equal(0, _node.Available);
    }

    [Fact]
    public async Task A_connection_that_lost_nothing_in_a_blackhole_lives_on()
    {
        _proxy.Blackhole();
        _proxy.Heal();
        await SendAsync(_node, [7]);
        Assert.Equal([7], await ReceiveAsync(_bus, 1));
    }

    [Fact]
    public async Task Reset_is_seen_by_both_sides_and_new_connections_are_taken()
    {
        _proxy.Reset();
        await ExpectResetAsync(_node);
        await ExpectResetAsync(_bus);
        await ConnectAsync();
        await SendAsync(_node, [5]);
        Assert.Equal([5], await ReceiveAsync(_bus, 1));
        await Eventually.HoldsAsync("only the new connection is left", () => _proxy.Connections == 1);
    }

    [Fact]
    public async Task Refuse_takes_no_connection_until_it_heals()
    {
        _proxy.Refuse();
        await ExpectResetAsync(_node);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var refusal = await Assert.ThrowsAsync<SocketException>(() => second.ConnectAsync(_proxy.EndPoint, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
        _proxy.Heal();
        await ConnectAsync();
    }

    [Fact]
    public async Task A_cut_lets_exactly_so_many_bytes_pass()
    {
        _proxy.CutAfter(Direction.Up, 10);
        await SendAsync(_node, new byte[100]);
        Assert.Equal(10, (await ReceiveAsync(_bus, 10)).Length);
        await ExpectResetAsync(_bus);
        await ExpectResetAsync(_node);
    }

    [Fact]
    public async Task A_peer_that_is_not_there_resets_the_node()
    {
        _echo.Dispose();
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await second.ConnectAsync(_proxy.EndPoint, TestContext.Current.CancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // So fast that connecting learns of it already.
            return;
        }
        await ExpectResetAsync(second);
    }

    private async Task ConnectAsync()
    {
        _node = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var accepting = _echo.AcceptAsync();
        await _node.ConnectAsync(_proxy.EndPoint);
        _bus = await accepting;
        _bus.NoDelay = true;
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        for (var rest = bytes.AsMemory(); !rest.IsEmpty;)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, deadline.Token)..];
        }
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(at), SocketFlags.None, deadline.Token);
            Assert.True(read > 0, $"The end came after {at} of {count} bytes.");
            at += read;
        }
        return bytes;
    }

    private static async Task<int> ReadAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(Eventually.Soon);
        return await socket.ReceiveAsync(new byte[16], SocketFlags.None, deadline.Token);
    }

    private static async Task ExpectResetAsync(Socket socket)
    {
        var end = await Assert.ThrowsAsync<SocketException>(() => ReadAsync(socket));
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
    }
}
