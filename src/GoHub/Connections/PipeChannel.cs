using System.IO.Pipelines;
using GoHub.Diagnostics;
using Microsoft.Extensions.Logging;

namespace GoHub.Connections;

/// <summary>A WebSocket on a pair of pipes: Kestrel's own for HTTP/1.1, a stream's for HTTP/2. Runs everywhere.</summary>
/// <remarks>
/// Owner of the read side: <see cref="RunAsync"/>. Owner of the write side: <see cref="PipeWriteSide"/>, under its lock.
/// </remarks>
internal sealed class PipeChannel : FramedChannel
{
    private readonly PipeReader _input;
    private readonly PipeWriteSide _output;
    private readonly FrameParser _parser;
    private readonly Action _abort;
    private readonly ILogger _logger;

    private volatile bool _handling;
    private volatile bool _aborted;

    public PipeChannel(IDuplexPipe pipe, ChannelSettings settings, GoHubMetrics metrics, ILogger logger, Action abort, bool deflate = false)
        : base(settings, deflate)
    {
        _input = pipe.Input;
        Settings = settings;
        _output = new PipeWriteSide(pipe.Output, settings, metrics);
        // Until it runs: nobody is to hear of a connection that cannot be found yet.
        _output.Cork();
        _parser = new FrameParser(settings.MaxMessageSize, deflate);
        _abort = abort;
        _logger = logger;
    }

    protected override ChannelSettings Settings { get; }

    protected override bool IsHandling => _handling;

    public override EnqueueResult Enqueue(OutboundFrame frame)
    {
        var result = _output.Enqueue(frame.For(Deflater), out var tooSlow);
        if (tooSlow)
        {
            Close(GoHubCloseCode.SlowConsumer, "reading too slowly", discardQueued: true);
        }
        return result;
    }

    public override void Abort()
    {
        _aborted = true;
        _output.Kill();
        _abort();
        _input.CancelPendingRead();
    }

    /// <summary>Reads until the connection ends; never throws for what the peer does.</summary>
    public async Task RunAsync(IChannelReceiver receiver)
    {
        try
        {
            _output.Uncork();
            var outcome = await ReadAsync(receiver).ConfigureAwait(false);
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
            CancelAborted();
            receiver.OnClosed();
        }
    }

    protected override void SendClose(OutboundFrame frame, bool discardQueued) => _output.EnqueueClose(frame, discardQueued);

    protected override void SendPing(OutboundFrame ping) => _output.EnqueuePing(ping);

    protected override void SendPong(OutboundFrame pong) => _output.EnqueuePong(pong);

    protected override long StuckFor(long now) => _output.StuckFor(now);

    private async Task<ReadOutcome> ReadAsync(IChannelReceiver receiver)
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
            Heard(Settings.Time.GetTimestamp());
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
        return outcome;
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
                    return Violated(_parser.Violation);
            }
            if (_parser.Opcode >= FrameOpcode.Close)
            {
                if (OnControl(_parser.Opcode, _parser.Payload.Span) is var outcome and not ReadOutcome.Continue)
                {
                    return outcome;
                }
            }
            // After our close frame the peer's data counts no more (RFC 6455 §1.4), only its answer does.
            else if (!IsClosing)
            {
                var handling = receiver.OnMessageAsync(_parser.Opcode == FrameOpcode.Binary, _parser.Payload);
                if (!handling.IsCompletedSuccessfully || _output.IsBlocked)
                {
                    await WaitForHandlerAsync(handling).ConfigureAwait(false);
                }
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

    /// <summary>Reads and throws away for a moment, since closing on unread bytes would reset the connection and lose our close frame.</summary>
    private async Task LingerAsync()
    {
        using var end = new CancellationTokenSource(LingerAfterViolation, Settings.Time);
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
}
