using System.Threading.Channels;
using GoHub.Bus;

namespace GoHub.Cluster;

/// <summary>A control frame of another node that waits to be handled.</summary>
internal readonly record struct ControlFrame(BusFrameKind Kind, ulong From, ulong Correlation, byte[] Body);

/// <summary>Control frames in the order they came; apart from clients' messages, so that a flood of those makes no node look dead.</summary>
/// <remarks>Owner: <see cref="ClusterNode"/>. Threads: any may add, one reads.</remarks>
internal sealed class ControlQueue
{
    // Unit: frames, bytes.
    private const int MaxFrames = 4096;
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly Channel<ControlFrame> _frames = Channel.CreateBounded<ControlFrame>(new BoundedChannelOptions(MaxFrames) { SingleReader = true });
    private int _bytes;

    /// <returns>False if there is no room: the frame is lost.</returns>
    public bool TryAdd(in BusFrame frame)
    {
        if (Interlocked.Add(ref _bytes, frame.Body.Length) <= MaxBytes
            && _frames.Writer.TryWrite(new ControlFrame(frame.Kind, frame.Publisher, frame.Correlation, frame.Body.ToArray())))
        {
            return true;
        }
        Interlocked.Add(ref _bytes, -frame.Body.Length);
        return false;
    }

    public void Complete() => _frames.Writer.TryComplete();

    public async IAsyncEnumerable<ControlFrame> ReadAllAsync()
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Interlocked.Add(ref _bytes, -frame.Body.Length);
            yield return frame;
        }
    }
}
