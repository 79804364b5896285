namespace GoHub.Tests.Hosting;

/// <summary>Waiting for something that must happen; the limit only keeps a failing test from hanging.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task Soon(this ValueTask task) => task.AsTask().Soon();

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();

    /// <summary>For what tells nobody when it is done.</summary>
    public static async Task Until(Func<bool> condition)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < Limit, "It never came true.");
            await Task.Yield();
        }
    }

    /// <summary>Runs the same on several threads that start together.</summary>
    public static Task InParallel(int threads, Action<int> work)
    {
        var start = new Barrier(threads);
        return Task.WhenAll(Enumerable.Range(0, threads).Select(i => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            work(i);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).Soon();
    }
}
