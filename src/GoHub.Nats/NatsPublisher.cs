using GoHub.Bus;
using NATS.Client.Core;

namespace GoHub.Nats;

/// <summary>Hands frames to the library, which writes them at once as long as its buffer has room; the rest waits here, in order, so that a full buffer costs no garbage.</summary>
/// <remarks>Owner of the window and of what waits, which is within the window. Threads: any; the lock is held while one frame is copied.</remarks>
internal sealed class NatsPublisher(NatsConnection connection, PongFence fence, Action<string> lose)
{
    private readonly Lock _gate = new();
    private readonly PublishWindow _window = new();
    private readonly Queue<Outgoing> _waiting = new();
    private bool _draining;

    /// <summary>Whether something has not been handed to the library yet.</summary>
    public bool IsWaiting
    {
        get
        {
            lock (_gate)
            {
                return _draining;
            }
        }
    }

    public BusPublish TryPublish(string subject, ReadOnlyMemory<byte> frame, string? reply)
    {
        PublishMark mark;
        bool asks;
        lock (_gate)
        {
            if (!_window.TryEnter(frame.Length))
            {
                return BusPublish.Busy;
            }
            var outgoing = new Outgoing(subject, frame, reply);
            if (_draining)
            {
                _waiting.Enqueue(outgoing);
                return BusPublish.Sent;
            }
            if (!TryHand(outgoing, out var written))
            {
                return BusPublish.Down;
            }
            if (!written.IsCompletedSuccessfully)
            {
                _draining = true;
                _ = DrainAsync(written);
            }
            asks = _window.TryAsk(out mark);
        }
        if (asks)
        {
            _ = AskAsync(mark);
        }
        return BusPublish.Sent;
    }

    private bool TryHand(Outgoing outgoing, out ValueTask written)
    {
        try
        {
            written = connection.PublishAsync(outgoing.Subject, outgoing.Frame, headers: null, outgoing.Reply, FrameSerializer.Instance);
            _window.Hand(outgoing.Frame.Length);
            return true;
        }
        catch (Exception e) when (NatsFaults.IsConnection(e))
        {
            // Also a limit that the server has lowered meanwhile: the next connection knows it.
            lose(e.Message);
            written = default;
            return false;
        }
    }

    private async Task DrainAsync(ValueTask written)
    {
        // TryPublish is still under the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await written.ConfigureAwait(false);
        }
        catch (Exception e) when (NatsFaults.IsConnection(e))
        {
            lose(e.Message);
            return;
        }
        while (TryHandNext(out var next, out var ask))
        {
            if (ask is { } mark)
            {
                _ = AskAsync(mark);
            }
            try
            {
                await next.ConfigureAwait(false);
            }
            catch (Exception e) when (NatsFaults.IsConnection(e))
            {
                lose(e.Message);
                return;
            }
        }
    }

    private bool TryHandNext(out ValueTask written, out PublishMark? ask)
    {
        lock (_gate)
        {
            written = default;
            ask = null;
            if (!_waiting.TryDequeue(out var outgoing))
            {
                _draining = false;
                return false;
            }
            if (!TryHand(outgoing, out written))
            {
                return false;
            }
            ask = _window.TryAsk(out var mark) ? mark : null;
            return true;
        }
    }

    private async Task AskAsync(PublishMark first)
    {
        PublishMark? mark = first;
        while (mark is { } reached && await fence.WaitAsync().ConfigureAwait(false))
        {
            lock (_gate)
            {
                mark = _window.Reach(reached);
            }
        }
    }

    private readonly record struct Outgoing(string Subject, ReadOnlyMemory<byte> Frame, string? Reply);
}
