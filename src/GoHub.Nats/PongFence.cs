namespace GoHub.Nats;

/// <summary>Tells when the server has taken everything that was sent before: by a PING, one for all who ask at the same time.</summary>
/// <remarks>Owner of who waits. Threads: any. At most one PING is on its way and one round of waiters behind it.</remarks>
internal sealed class PongFence(Func<CancellationToken, Task> ping, CancellationToken lost)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<bool>? _next;
    private bool _running;

    /// <summary>Done when a PING sent after this call was answered.</summary>
    /// <returns>False if the connection was lost before.</returns>
    public Task<bool> WaitAsync()
    {
        TaskCompletionSource<bool> round;
        lock (_gate)
        {
            round = _next ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running)
            {
                return round.Task;
            }
            _running = true;
        }
        // It never throws: every fault ends the rounds.
        _ = RunAsync();
        return round.Task;
    }

    private async Task RunAsync()
    {
        while (TakeRound() is { } round)
        {
            var answered = false;
            try
            {
                if (!lost.IsCancellationRequested)
                {
                    await ping(lost).ConfigureAwait(false);
                    answered = true;
                }
            }
            catch (Exception e) when (NatsFaults.IsConnection(e))
            {
                // Whoever watches the connection says why it was lost.
                answered = false;
            }
            round.TrySetResult(answered);
        }
    }

    private TaskCompletionSource<bool>? TakeRound()
    {
        lock (_gate)
        {
            var round = _next;
            _next = null;
            _running = round is not null;
            return round;
        }
    }
}
