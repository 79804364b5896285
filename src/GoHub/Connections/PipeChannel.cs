using System.IO.Pipelines;
using GoHub.Diagnostics;
using Microsoft.Extensions.Logging;

namespace GoHub.Connections;

/// <summary>A WebSocket on a pair of pipes: Kestrel's own for HTTP/1.1, a stream's for HTTP/2. Runs everywhere.</summary>
/// <remarks>
/// Owner of the read side: <see cref="RunAsync"/>. Owner of the write side: <see cref="PipeWriteSide"/>, under its lock.
/// </remarks>
internal sealed class PipeChannel : WebSocketChannel
{
    // Long enough for a peer to read why it was closed, short enough that a hostile one gains nothing.
    private static readonly TimeSpan LingerAfterViolation = TimeSpan.FromMilliseconds(500);

    private readonly PipeReader _input;
    private readonly PipeWriteSide _output;
    private readonly ChannelSettings _settings;
    private readonly FrameParser _parser;
    private readonly Action _abort;
    private readonly ILogger _logger;

    private long _lastHeard;
    private long _lastPing;
    private long _closeStarted;
    private volatile bool _handling;
    private volatile bool _aborted;
    private int _closing;
    private long _pingWindowStart;
    private int _pings;

    public PipeChannel(IDuplexPipe pipe, ChannelSettings settings, GoHubMetrics metrics, ILogger logger, Action abort)
    {
        _input = pipe.Input;
        _output = new PipeWriteSide(pipe.Output, settings, metrics);
        _settings = settings;
        _parser = new FrameParser(settings.MaxMessageSize);
        _abort = abort;
        _logger = logger;
        _lastHeard = _lastPing = settings.Time.GetTimestamp();
    }

    private bool IsClosing => Volatile.Read(ref _closing) != 0;

    public override EnqueueResult Enqueue(OutboundFrame frame)
    {
        var result = _output.Enqueue(frame, out var tooSlow);
        if (tooSlow)
        {
            Close(GoHubCloseCode.SlowConsumer, "reading too slowly", discardQueued: true);
        }
        return result;
    }

    public override void Close(GoHubCloseCode code, string reason, bool discardQueued = false)
    {
        if (BeginClose((int)code, reason))
        {
            _output.EnqueueClose(OutboundFrame.Close(code, reason), discardQueued);
        }
    }

    public override void Abort()
    {
        _aborted = true;
        _output.Kill();
        _abort();
        _input.CancelPendingRead();
    }

    public override void Sweep(long now)
    {
        if (IsClosing)
        {
            if (now - Volatile.Read(ref _closeStarted) > _settings.CloseTimeout)
            {
                Abort();
            }
            return;
        }
        if (_settings.WriteTimeout > 0 && _output.StuckFor(now) > _settings.WriteTimeout)
        {
            Close(GoHubCloseCode.SlowConsumer, "write timed out", discardQueued: true);
            return;
        }
        if (_handling)
        {
            // Nothing is read while a handler works, so silence is ours, not the peer's.
            Volatile.Write(ref _lastHeard, now);
            return;
        }
        var silent = now - Volatile.Read(ref _lastHeard);
        if (_settings.IdleTimeout > 0 && silent > _settings.IdleTimeout)
        {
            Close(GoHubCloseCode.IdleTimeout, "nothing heard from the client", discardQueued: true);
        }
        else if (_settings.PingInterval > 0 && Math.Min(silent, now - _lastPing) >= _settings.PingInterval)
        {
            _lastPing = now;
            _output.EnqueuePing(OutboundFrame.Of(FrameOpcode.Ping, []));
        }
    }

    public override async Task RunAsync(IChannelReceiver receiver)
    {
        try
        {
            var outcome = ReadOutcome.Continue;
            while (outcome == ReadOutcome.Continue)
            {
                _parser.ReleaseIdleBuffers();
                var read = await _input.ReadAsync().ConfigureAwait(false);
                if (_aborted)
                {
                    break;
                }
                Volatile.Write(ref _lastHeard, _settings.Time.GetTimestamp());
                receiver.OnRead();
                _output.Cork();
                foreach (var segment in read.Buffer)
                {
                    outcome = await ReadSegmentAsync(segment, receiver).ConfigureAwait(false);
                    if (outcome != ReadOutcome.Continue)
                    {
                        break;
                    }
                }
                _output.Uncork();
                _input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
            if (outcome == ReadOutcome.Violated)
            {
                await LingerAsync().ConfigureAwait(false);
            }
            await _output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A peer that vanishes is no fault of the node's; CloseStatus says 1006.
            Log.ConnectionLost(_logger, e);
        }
        catch (Exception e)
        {
            Log.ConnectionFaulted(_logger, e);
            Close(GoHubCloseCode.InternalError, "the server failed", discardQueued: true);
            await _output.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            _output.Kill();
        }
    }

    private async ValueTask<ReadOutcome> ReadSegmentAsync(ReadOnlyMemory<byte> segment, IChannelReceiver receiver)
    {
        while (true)
        {
            switch (NextMessage(ref segment))
            {
                case FrameProgress.NeedMore:
                    return ReadOutcome.Continue;
                case FrameProgress.Violation:
                    Close(_parser.Violation.Code, _parser.Violation.Reason);
                    return ReadOutcome.Violated;
            }
            switch (_parser.Opcode)
            {
                case FrameOpcode.Close:
                    return AnswerClose(_parser.Payload.Span);
                case FrameOpcode.Ping:
                    if (!AnswerPing())
                    {
                        return ReadOutcome.Violated;
                    }
                    break;
                case FrameOpcode.Pong:
                    break;
                default:
                    // After our close frame the peer's data counts no more (RFC 6455 §1.4), only its answer does.
                    if (!IsClosing)
                    {
                        var handling = receiver.OnMessageAsync(_parser.Opcode == FrameOpcode.Binary, _parser.Payload);
                        if (!handling.IsCompletedSuccessfully || _output.IsBlocked)
                        {
                            await WaitForHandlerAsync(handling).ConfigureAwait(false);
                        }
                    }
                    break;
            }
        }
    }

    private FrameProgress NextMessage(ref ReadOnlyMemory<byte> segment)
    {
        var span = segment.Span;
        var progress = _parser.Read(ref span);
        segment = segment[^span.Length..];
        return progress;
    }

    private async ValueTask WaitForHandlerAsync(ValueTask handling)
    {
        _handling = true;
        if (!handling.IsCompleted)
        {
            _output.Uncork();
        }
        await handling.ConfigureAwait(false);
        _output.Cork();
        // A client that asks faster than it reads the answers waits for itself.
        await _output.WaitUntilWritableAsync().ConfigureAwait(false);
        _handling = false;
    }

    private bool AnswerPing()
    {
        var now = _settings.Time.GetTimestamp();
        if (now - _pingWindowStart > _settings.PingWindow)
        {
            _pingWindowStart = now;
            _pings = 0;
        }
        if (++_pings > ChannelSettings.MaxPings)
        {
            Close(GoHubCloseCode.PolicyViolation, "too many pings");
            return false;
        }
        _output.EnqueuePong(OutboundFrame.Of(FrameOpcode.Pong, _parser.Payload.Span));
        return true;
    }

    private ReadOutcome AnswerClose(ReadOnlySpan<byte> payload)
    {
        if (!ClosePayload.TryRead(payload, out var code, out var reason, out var problem))
        {
            Close(problem, reason);
            return ReadOutcome.Violated;
        }
        if (BeginClose(code, reason))
        {
            // The answer repeats the peer's code (RFC 6455 §5.5.1).
            _output.EnqueueClose(OutboundFrame.Of(FrameOpcode.Close, payload.Length < 2 ? payload : payload[..2]), discardQueued: false);
        }
        return ReadOutcome.Closed;
    }

    private bool BeginClose(int code, string reason)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return false;
        }
        Volatile.Write(ref _closeStarted, _settings.Time.GetTimestamp());
        CloseStatus = (code, reason);
        return true;
    }

    /// <summary>Reads and throws away for a moment, since closing on unread bytes would reset the connection and lose our close frame.</summary>
    private async Task LingerAsync()
    {
        using var end = new CancellationTokenSource(LingerAfterViolation, _settings.Time);
        try
        {
            ReadResult read;
            do
            {
                read = await _input.ReadAsync(end.Token).ConfigureAwait(false);
                _input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted && !_aborted);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The moment is over.
        }
    }

    private enum ReadOutcome
    {
        Continue,
        Closed,
        Violated,
    }
}
