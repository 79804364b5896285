using System.Collections.Concurrent;
using GoHub.Connections;

namespace GoHub.Tests.Hosting;

/// <summary>A channel without a peer: keeps what it is given.</summary>
internal sealed class RecordingChannel : WebSocketChannel
{
    private readonly ConcurrentQueue<byte[]> _frames = new();

    public EnqueueResult Answer { get; set; } = EnqueueResult.Accepted;

    /// <summary>Called on close and abort.</summary>
    public Action? Ended { get; set; }

    public List<(GoHubCloseCode Code, string Reason)> Closes { get; } = [];

    public override (int Code, string Reason) CloseStatus => Closes is [.., var last] ? ((int)last.Code, last.Reason) : base.CloseStatus;

    public int Aborts { get; private set; }

    public int Sweeps { get; private set; }

    public IReadOnlyList<Frame> Sent => Frames.ReadServer([.. _frames.SelectMany(f => f)]);

    public int SentCount => _frames.Count;

    public override EnqueueResult Enqueue(OutboundFrame frame)
    {
        _frames.Enqueue(frame.Bytes);
        return Answer;
    }

    public override bool Close(GoHubCloseCode code, string reason, bool discardQueued = false)
    {
        Closes.Add((code, reason));
        Ended?.Invoke();
        return true;
    }

    public override void Abort()
    {
        Aborts++;
        Ended?.Invoke();
    }

    public override void Sweep(long now) => Sweeps++;
}
