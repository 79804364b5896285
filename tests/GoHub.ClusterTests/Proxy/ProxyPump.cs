using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace GoHub.ClusterTests.Proxy;

/// <summary>Carries the bytes of one direction of one connection: a reader, a queue that stands for the wire, a writer.</summary>
/// <remarks>Owner: its link. What is under way is at most <see cref="MaxPieces"/> pieces of <see cref="PieceBytes"/>: 1 MiB.</remarks>
internal sealed class ProxyPump(ProxyLink link, Way way, Socket from, Socket to, IStreamFilter? filter, Random random, Direction direction)
{
    private const int PieceBytes = 16 * 1024;
    private const int MaxPieces = 64;

    private readonly Channel<Piece> _wire = Channel.CreateBounded<Piece>(new BoundedChannelOptions(MaxPieces) { SingleReader = true, SingleWriter = true });
    private long _lastDue;
    private bool _hasLost;

    public async Task RunAsync(CancellationToken over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over);
        var reading = ReadAsync(either.Token);
        var writing = WriteAsync(either.Token);
        try
        {
            await await Task.WhenAny(reading, writing);
            await Task.WhenAll(reading, writing);
        }
        catch
        {
            await either.CancelAsync();
            throw;
        }
    }

    private async Task ReadAsync(CancellationToken over)
    {
        var buffer = new byte[PieceBytes];
        while (true)
        {
            await PassableAsync(over);
            var read = await ReceiveAsync(buffer, over);
            if (read == 0)
            {
                _wire.Writer.Complete();
                return;
            }
            var faults = way.Faults;
            if (faults.Passage == Passage.Blackhole)
            {
                _hasLost = true;
                way.CountSwallowed(read);
                continue;
            }
            var due = Stopwatch.GetTimestamp() + Ticks(faults.Latency + faults.Jitter * random.NextDouble());
            _lastDue = Math.Max(_lastDue, due);
            await _wire.Writer.WriteAsync(new Piece(_lastDue, Filtered(buffer.AsSpan(0, read))), over);
        }
    }

    // A connection that lost bytes in a blackhole is worth nothing when the way is open again, and must not wait for more bytes to say so.
    private async Task<int> ReceiveAsync(byte[] buffer, CancellationToken over)
    {
        if (!_hasLost)
        {
            return await from.ReceiveAsync(buffer, SocketFlags.None, over);
        }
        using var opened = CancellationTokenSource.CreateLinkedTokenSource(over);
        var receiving = from.ReceiveAsync(buffer, SocketFlags.None, opened.Token).AsTask();
        while (!receiving.IsCompleted)
        {
            var changed = way.Changed;
            if (way.Faults.Passage == Passage.Open)
            {
                await opened.CancelAsync();
                throw new ConnectionLost();
            }
            await Task.WhenAny(receiving, changed);
        }
        return await receiving;
    }

    private byte[] Filtered(ReadOnlySpan<byte> bytes)
    {
        if (filter is null)
        {
            return bytes.ToArray();
        }
        var output = new ArrayBufferWriter<byte>(bytes.Length);
        filter.Pass(bytes, output);
        return output.WrittenSpan.ToArray();
    }

    private async Task WriteAsync(CancellationToken over)
    {
        await foreach (var piece in _wire.Reader.ReadAllAsync(over))
        {
            await UntilAsync(piece.Due, over);
            var bytes = (ReadOnlyMemory<byte>)piece.Bytes;
            while (!bytes.IsEmpty)
            {
                await PassableAsync(over);
                var faults = way.Faults;
                if (faults.Passage == Passage.Blackhole)
                {
                    _hasLost = true;
                    way.CountSwallowed(bytes.Length);
                    break;
                }
                var size = Math.Min(bytes.Length, SliceOf(faults));
                await SendAsync(bytes[..size], over);
                bytes = bytes[size..];
                if (faults.BytesPerSecond > 0)
                {
                    await UntilAsync(Stopwatch.GetTimestamp() + Ticks(TimeSpan.FromSeconds((double)size / faults.BytesPerSecond)), over);
                }
            }
        }
        to.Shutdown(SocketShutdown.Send);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken over)
    {
        var allowed = link.Allowed(direction, bytes.Length);
        for (var rest = bytes[..allowed]; !rest.IsEmpty;)
        {
            rest = rest[await to.SendAsync(rest, SocketFlags.None, over)..];
        }
        way.Count(allowed);
        if (allowed < bytes.Length)
        {
            throw new ConnectionLost();
        }
    }

    private async Task PassableAsync(CancellationToken over)
    {
        while (true)
        {
            var changed = way.Changed;
            if (way.Faults.Passage != Passage.Frozen)
            {
                return;
            }
            await changed.WaitAsync(over);
        }
    }

    // A slow link sends little at a time, so that its bandwidth is even.
    private static int SliceOf(LinkFaults faults)
    {
        var slice = faults.SliceBytes > 0 ? faults.SliceBytes : PieceBytes;
        return faults.BytesPerSecond > 0 ? Math.Clamp(faults.BytesPerSecond / 50, 1, slice) : slice;
    }

    private static async ValueTask UntilAsync(long due, CancellationToken over)
    {
        var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, over);
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private readonly record struct Piece(long Due, byte[] Bytes);
}
