using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using GoHub.Bus;

namespace GoHub.ClusterTests.Nats;

/// <summary>Writes down what a bus tells.</summary>
internal sealed class RecordingReceiver : IBusReceiver
{
    private int _ups;
    private long _count;

    public ConcurrentQueue<string> Frames { get; } = new();

    public ConcurrentQueue<string> Downs { get; } = new();

    public ConcurrentQueue<ulong> Nobodies { get; } = new();

    /// <summary>Takes frames instead of <see cref="Frames"/>.</summary>
    public Action<byte[]>? Take { get; init; }

    public int Ups => Volatile.Read(ref _ups);

    public long Count => Interlocked.Read(ref _count);

    public long Lost { get; private set; }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (Take is not null)
        {
            Take(frame.ToArray());
        }
        else
        {
            Frames.Enqueue(Encoding.UTF8.GetString(frame));
        }
        Interlocked.Increment(ref _count);
    }

    public void OnUp() => Interlocked.Increment(ref _ups);

    public void OnDown(string why) => Downs.Enqueue(why);

    public void OnLost(long frames) => Lost += frames;

    public void OnNobody(ulong correlation) => Nobodies.Enqueue(correlation);
}

/// <summary>Waits for what happens on another thread.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string what, double seconds = 20)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"Not within {seconds} s: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
