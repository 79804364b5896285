using System.Collections.Concurrent;
using GoHub.ClusterTests.Histories;

namespace GoHub.ClusterTests.Faults;

/// <summary>Knows how late a loaded machine is: a timer that writes down when it was kept waiting.</summary>
/// <remarks>Owner: the cluster of a test.</remarks>
internal sealed class Canary : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly PeriodicTimer _timer = new(Pace);
    private readonly ConcurrentQueue<(TimeSpan At, TimeSpan Late)> _ticks = new();
    private readonly Task _watching;

    public Canary(History history) => _watching = WatchAsync(history);

    /// <summary>How late it was at most in a time.</summary>
    public TimeSpan Latest(TimeSpan from, TimeSpan to) => _ticks.Where(t => t.At >= from && t.At - t.Late <= to).Select(t => t.Late).DefaultIfEmpty().Max();

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _watching;
    }

    private async Task WatchAsync(History history)
    {
        var last = history.Now;
        while (await _timer.WaitForNextTickAsync())
        {
            var now = history.Now;
            if (now - last - Pace is var late && late > Pace)
            {
                _ticks.Enqueue((now, late));
            }
            last = now;
        }
    }
}
