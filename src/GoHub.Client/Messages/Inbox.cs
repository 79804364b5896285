namespace GoHub.Client.Messages;

/// <summary>What waits for handlers, which are awaited one after the other.</summary>
/// <remarks>
/// Owner: the client. Threads: any may post; one drain at a time runs, in the thread pool and only while there is something, so that an idle client holds no task.
/// Bounded in messages and bytes by those who post: they look at <see cref="HasRoomAsync"/> before they read on.
/// </remarks>
internal sealed class Inbox(int maxMessages, int maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<(Func<Task> Work, int Bytes)> _waiting = new();
    private TaskCompletionSource? _room;
    private long _bytes;
    private bool _draining;

    /// <summary>Puts work at the end. It must not throw.</summary>
    /// <param name="work">Awaited before the next begins.</param>
    /// <param name="bytes">What it holds.</param>
    public void Post(Func<Task> work, int bytes = 0)
    {
        lock (_gate)
        {
            _waiting.Enqueue((work, bytes));
            _bytes += bytes;
            if (_draining)
            {
                return;
            }
            _draining = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static inbox => _ = inbox.DrainAsync(), this, preferLocal: false);
    }

    /// <summary>Done when less waits than may; at once, most of the time.</summary>
    public Task HasRoomAsync()
    {
        lock (_gate)
        {
            return IsFull ? (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    // A single message may be larger than all that may wait.
    private bool IsFull => _waiting.Count >= maxMessages || (_bytes > maxBytes && _waiting.Count > 0);

    private async Task DrainAsync()
    {
        while (TryTake(out var work))
        {
            await work().ConfigureAwait(false);
        }
    }

    private bool TryTake(out Func<Task> work)
    {
        lock (_gate)
        {
            _draining = _waiting.TryDequeue(out var next);
            work = next.Work;
            _bytes -= next.Bytes;
            if (_room is not null && !IsFull)
            {
                _room.SetResult();
                _room = null;
            }
            return _draining;
        }
    }
}
