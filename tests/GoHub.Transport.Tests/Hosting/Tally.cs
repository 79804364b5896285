namespace GoHub.Transport.Tests.Hosting;

/// <summary>A number that only grows: bytes seen, requests begun.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class Tally(string what)
{
    // Quiet this long means that nothing moves. A slow machine can only make the number smaller than it would become.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    private readonly Lock _lock = new();
    private readonly List<(long Value, TaskCompletionSource Reached)> _waiting = [];
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(long amount = 1) => Move(() => _value + amount);

    /// <summary>Moves up to <paramref name="value"/>, never down.</summary>
    public void RaiseTo(long value) => Move(() => Math.Max(_value, value));

    public async Task ReachAsync(long value, TimeSpan? within = null)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_value >= value)
            {
                return;
            }
            _waiting.Add((value, reached));
        }
        try
        {
            await reached.Task.WaitAsync(within ?? Eventually.Soon);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what}: {Value} of {value}");
        }
    }

    /// <summary>The value at which it has come to rest.</summary>
    public async Task<long> SettleAsync()
    {
        var last = Value;
        while (true)
        {
            await Eventually.ElapseAsync(Quiet);
            if (Value == last)
            {
                return last;
            }
            last = Value;
        }
    }

    private void Move(Func<long> next)
    {
        TaskCompletionSource[] reached;
        lock (_lock)
        {
            _value = next();
            reached = [.. _waiting.Where(w => w.Value <= _value).Select(w => w.Reached)];
            _waiting.RemoveAll(w => w.Value <= _value);
        }
        foreach (var waiter in reached)
        {
            waiter.SetResult();
        }
    }
}
