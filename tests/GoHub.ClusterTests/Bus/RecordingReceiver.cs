using System.Collections.Concurrent;
using GoHub.Bus;

namespace GoHub.ClusterTests.Bus;

/// <summary>Keeps all that a bus tells.</summary>
internal sealed class RecordingReceiver : IBusReceiver
{
    private readonly ConcurrentQueue<byte[]> _frames = new();
    private readonly ConcurrentQueue<ulong> _nobody = new();
    private readonly ConcurrentQueue<string> _states = new();
    private long _lost;

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<byte[]> Frames => [.. _frames];

    public int Count => _frames.Count;

    public IReadOnlyList<ulong> Nobody => [.. _nobody];

    /// <summary><c>up</c> and <c>down</c>, in the order they were told.</summary>
    public IReadOnlyList<string> States => [.. _states];

    public bool IsUp => _states.LastOrDefault() == "up";

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Frames as text of one byte a character.</summary>
    public IReadOnlyList<string> Texts => [.. _frames.Select(Encoding.Latin1.GetString)];

    public void OnFrame(ReadOnlySpan<byte> frame) => _frames.Enqueue(frame.ToArray());

    public void OnUp() => _states.Enqueue("up");

    public void OnDown(string why) => _states.Enqueue("down");

    public void OnLost(long frames) => Interlocked.Add(ref _lost, frames);

    public void OnNobody(ulong correlation) => _nobody.Enqueue(correlation);
}
