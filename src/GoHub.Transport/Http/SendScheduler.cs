using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace GoHub.Transport.Http;

/// <summary>Runs the sends of many connections one after the other in the thread pool.</summary>
/// <remarks>
/// Threads: any. An app flushes a response in two or three parts; sent a moment later, those leave in one. Sent at once they were two calls for each response,
/// which made plain HTTP 40 % dearer than on the stock transport.
/// </remarks>
internal sealed class SendScheduler : PipeScheduler, IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<(Action<object?> Work, object? State)> _waiting = new();
    private int _running;

    public override void Schedule(Action<object?> action, object? state)
    {
        _waiting.Enqueue((action, state));
        if (Interlocked.Exchange(ref _running, 1) == 0)
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            while (_waiting.TryDequeue(out var item))
            {
                item.Work(item.State);
            }
            Volatile.Write(ref _running, 0);
            // Full fence between giving up and looking again, as whoever adds looks the other way round.
            Interlocked.MemoryBarrier();
        }
        while (!_waiting.IsEmpty && Interlocked.Exchange(ref _running, 1) == 0);
    }
}
