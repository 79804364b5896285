namespace GoHub.Testing;

/// <summary>What holds a paused node up: everything of it that runs by itself passes here.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _closed;
    private event Action? Opened;

    public bool IsOpen => Volatile.Read(ref _closed) is null;

    public void Close()
    {
        lock (_lock)
        {
            _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Open()
    {
        TaskCompletionSource? closed;
        lock (_lock)
        {
            (closed, _closed) = (_closed, null);
        }
        if (closed is not null)
        {
            Opened?.Invoke();
            closed.SetResult();
        }
    }

    /// <summary>Has something called each time the gate opens.</summary>
    public void WhenOpened(Action action) => Opened += action;

    /// <summary>Done while the gate is open.</summary>
    public Task PassAsync(CancellationToken cancellationToken) => Volatile.Read(ref _closed)?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
}
