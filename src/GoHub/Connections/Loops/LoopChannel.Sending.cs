using System.Runtime.CompilerServices;
using GoHub.Transport.Loops;

namespace GoHub.Connections.Loops;

// How it leaves: as much as the socket takes, the rest when it says so.
internal sealed partial class LoopChannel
{
    /// <summary>Sends what waits, as much as the socket takes.</summary>
    private void Send()
    {
        while (!IsBlocked && _socket is { } socket && !_pending.IsEmpty)
        {
            var bytes = _pending.First;
            // While the cork holds the answers of another who is being read, frames leave one by one.
            if (!_pending.IsSingle && _lane.Corked == 0 && _pending.CopyTo(_lane.Cork) is > 0 and var length)
            {
                bytes = _lane.Cork[..length];
            }
            var sent = LoopSocket.Send(_fd, bytes);
            if (sent < 0)
            {
                socket.Close();
                return;
            }
            var isBehind = sent < bytes.Length;
            var (frames, size) = _pending.Sent(sent, _lane);
            Interlocked.Add(ref _waiting, -((frames * OneFrame) + size));
            if (isBehind)
            {
                Block();
            }
        }
        if (_pending.IsEmpty)
        {
            _gate &= ~Gate.Pending;
        }
        if (_closesWhenSent && IsClosed && _pending.IsEmpty && !IsBlocked)
        {
            _socket?.Close();
        }
        else if (_outcome == ReadOutcome.Violated && IsClosed && _pending.IsEmpty && _lingersUntil == 0)
        {
            Linger();
        }
    }

    /// <returns>Whether all of it has left.</returns>
    private bool SendCork()
    {
        var cork = _lane.Cork[.._lane.Corked];
        _lane.Corked = 0;
        if (_socket is not { } socket)
        {
            return false;
        }
        var sent = LoopSocket.Send(_fd, cork);
        if (sent == cork.Length)
        {
            return true;
        }
        if (sent < 0)
        {
            socket.Close();
            return false;
        }
        // As one frame that has begun to leave, which no policy takes back.
        var answers = OutboundFrame.Raw(cork);
        Interlocked.Add(ref _waiting, OneFrame + answers.Bytes.Length);
        Queue(answers);
        _pending.Sent(sent, _lane);
        Block();
        return false;
    }

    private void SentInPart(OutboundFrame frame, int sent)
    {
        if (sent < 0)
        {
            _socket!.Close();
            return;
        }
        Interlocked.Add(ref _waiting, OneFrame + frame.Bytes.Length);
        Queue(frame);
        _pending.Sent(sent, _lane);
        Block();
    }

    private void Queue(OutboundFrame frame)
    {
        _pending.Add(frame, _lane);
        _gate |= Gate.Pending;
    }

    private void Block()
    {
        Volatile.Write(ref _blockedSince, _lane.Now);
        _gate |= Gate.Blocked;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Unblock()
    {
        _gate &= ~Gate.Blocked;
        if (_pong is { } pong)
        {
            _pong = null;
            PingHere(pong);
        }
        _held?.Wake();
    }
}
