using System.Collections.Concurrent;
using GoHub.Bus;
using GoHub.Connections;

namespace GoHub.Cluster;

/// <summary>One frame from another node on its way to connections here.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Publisher">From which node.</param>
/// <param name="Stream">See <see cref="BusFrame.Stream"/>.</param>
/// <param name="Sequence">See <see cref="BusFrame.Sequence"/>.</param>
/// <param name="Frame">What the clients get; null for a beacon.</param>
/// <param name="Room">The ear it came by, for a room's.</param>
/// <param name="Target">User or connection, for theirs.</param>
/// <param name="Except">A connection of this node that does not get it.</param>
/// <param name="Correlation">What the answer refers to; 0 if none is wanted.</param>
internal readonly record struct Delivery(
    BusFrameKind Kind, ulong Publisher, ulong Stream, ulong Sequence, OutboundFrame? Frame, RoomSubscription? Room, string? Target, string? Except, ulong Correlation)
{
    /// <summary>What it takes up while it waits, roughly. Unit: bytes.</summary>
    public int Cost => 128 + (Frame?.Bytes.Length ?? 0);
}

/// <summary>Frames of some rooms, delivered one after the other; bounded, so that a node that is behind loses messages rather than memory.</summary>
/// <remarks>
/// Owner: <see cref="Inbound"/>. Threads: any may add; one at a time delivers. Where nothing waits and the work is small, it is done at once by
/// whoever brings it, which spares a switch of threads for each message.
/// </remarks>
internal sealed class DeliveryQueue(Action<Delivery> deliver) : IThreadPoolWorkItem
{
    // Both from cluster design §1.3.
    private const int MaxFrames = 4096;
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly ConcurrentQueue<Delivery> _waiting = new();
    private int _frames;
    private int _bytes;
    private int _busy;

    public int Bytes => Volatile.Read(ref _bytes);

    /// <returns>False if the queue is full: the frame is lost.</returns>
    public bool TryAdd(Delivery delivery, bool isSmall)
    {
        if (isSmall && Volatile.Read(ref _frames) == 0 && Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            // Still nothing: what was added before is done, and what is added from now on waits for the end of this.
            if (Volatile.Read(ref _frames) == 0)
            {
                deliver(delivery);
                Finish();
                return true;
            }
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        if (Volatile.Read(ref _frames) >= MaxFrames || Volatile.Read(ref _bytes) + delivery.Cost > MaxBytes)
        {
            return false;
        }
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _bytes, delivery.Cost);
        _waiting.Enqueue(delivery);
        if (Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        return true;
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (_waiting.TryDequeue(out var delivery))
        {
            Interlocked.Decrement(ref _frames);
            Interlocked.Add(ref _bytes, -delivery.Cost);
            deliver(delivery);
        }
        Finish();
    }

    private void Finish()
    {
        Volatile.Write(ref _busy, 0);
        // Full fence between giving up and looking again, as whoever adds looks the other way round.
        Interlocked.MemoryBarrier();
        if (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
