using System.Buffers;
using GoHub.Diagnostics;
using GoHub.Transport.Loops;

namespace GoHub.Connections.Loops;

// What comes: read and handled on the loop, until a handler takes its time.
internal sealed partial class LoopChannel
{
    private static readonly LoopWork Resuming = new ChannelWork(static (channel, _) => channel.ResumeReading());

    private static readonly LoopWork Passing = new ChannelWork(static (channel, passed) =>
    {
        channel.Send();
        ((TaskCompletionSource)passed!).SetResult();
    });

    private FrameParser? _parser; // Only where half a message has come.
    private volatile HeldRead? _held;
    private ReadOutcome _outcome;

    protected override bool IsHandling => _held is not null;

    void ILoopSocketOwner.OnReceived(Span<byte> bytes)
    {
        Heard(_lane.Now);
        if (_outcome != ReadOutcome.Continue)
        {
            // After a close frame of the peer's, or a violation, nothing counts.
            return;
        }
        if (!_lane.HasMeasured)
        {
            _lane.HasMeasured = true;
            _receiver!.OnRead();
        }
        _lane.Reading = this;
        var flow = ExecutionContext.Capture();
        try
        {
            Read(bytes);
        }
        catch (Exception e)
        {
            Fail(e);
        }
        // What an inline handler sets for itself, a culture or an AsyncLocal, must not reach the next connection.
        if (flow is not null && !ReferenceEquals(flow, ExecutionContext.Capture()))
        {
            ExecutionContext.Restore(flow);
        }
        if (_lane.Corked > 0)
        {
            SendCork();
        }
        _lane.Reading = null;
        if (_ended)
        {
            TellEnd();
            return;
        }
        Send();
    }

    private void Read(ReadOnlySpan<byte> bytes)
    {
        var parser = _parser ?? _lane.TakeParser(Deflater is not null);
        _parser = null;
        while (_outcome == ReadOutcome.Continue && !_ended)
        {
            var progress = parser.Read(ref bytes);
            if (progress == FrameProgress.NeedMore)
            {
                break;
            }
            var handling = Take(parser, progress);
            if (!handling.IsCompletedSuccessfully || (MustWait && IsRequest(parser, progress)))
            {
                Hold(handling, parser, bytes);
                return;
            }
        }
        Keep(parser);
        AfterReading();
    }

    /// <summary>Does what one message or control frame asks for; on the loop's thread or the handler's.</summary>
    private ValueTask Take(FrameParser parser, FrameProgress progress)
    {
        if (progress == FrameProgress.Violation)
        {
            _outcome = Violated(parser.Violation);
        }
        else if (parser.Opcode >= FrameOpcode.Close)
        {
            _outcome = OnControl(parser.Opcode, parser.Payload.Span);
        }
        // After our close frame the peer's data counts no more (RFC 6455 §1.4), only its answer does.
        else if (!IsClosing)
        {
            return _receiver!.OnMessageAsync(parser.Opcode == FrameOpcode.Binary, parser.Payload);
        }
        return ValueTask.CompletedTask;
    }

    // A client that asks faster than it reads the answers waits for itself; one that sends faster than the node delivers waits for the node.
    private bool MustWait => IsBlocked || _lane.All.IsCongested;

    // Control frames have no answer that could pile up, and the close of one who is behind must be seen.
    private static bool IsRequest(FrameParser parser, FrameProgress progress) => progress == FrameProgress.Message && parser.Opcode < FrameOpcode.Close;

    /// <summary>Puts the parser away: most have nothing in it, and then one serves all.</summary>
    private void Keep(FrameParser parser)
    {
        if (_outcome != ReadOutcome.Continue || _ended)
        {
            return;
        }
        parser.ReleaseIdleBuffers();
        if (parser.IsIdle)
        {
            _lane.ReturnParser(parser);
        }
        else
        {
            _parser = parser;
        }
    }

    private void AfterReading()
    {
        if (_outcome == ReadOutcome.Closed)
        {
            _closesWhenSent = true;
        }
    }

    /// <summary>Stops reading until a handler is done or the peer has caught up, and goes on with the rest of this read then.</summary>
    private void Hold(ValueTask handling, FrameParser parser, ReadOnlySpan<byte> rest)
    {
        _socket?.Pause();
        var held = new HeldRead(parser, rest);
        _held = held;
        _ = GoOnAsync(handling, held);
    }

    private async Task GoOnAsync(ValueTask handling, HeldRead held)
    {
        try
        {
            await handling.ConfigureAwait(false);
            await WaitAsync(held).ConfigureAwait(false);
            while (_outcome == ReadOutcome.Continue && !_ended)
            {
                var progress = held.Next();
                if (progress == FrameProgress.NeedMore)
                {
                    break;
                }
                await Take(held.Parser, progress).ConfigureAwait(false);
                if (IsRequest(held.Parser, progress))
                {
                    await WaitAsync(held).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
        _lane.Loop.Post(Resuming, this);
    }

    private async ValueTask WaitAsync(HeldRead held)
    {
        while (_lane.All.IsCongested && !_ended)
        {
            await _lane.All.RelievedAsync().ConfigureAwait(false);
        }
        if (IsHalfFull && !_ended && !_lane.Loop.IsCurrent)
        {
            // Answers from here are posted: only once the loop has tried to send them is it known whether the peer keeps up.
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _lane.Loop.Post(Passing, this, passed);
            await passed.Task.ConfigureAwait(false);
        }
        while (IsBlocked && !_ended)
        {
            await held.WokenAsync(this).ConfigureAwait(false);
        }
    }

    private void ResumeReading()
    {
        var held = _held!;
        _held = null;
        held.Release();
        if (_ended)
        {
            Finish();
            return;
        }
        Keep(held.Parser);
        AfterReading();
        Send();
        _socket?.Resume();
    }

    private void Fail(Exception fault)
    {
        Log.ConnectionFaulted(_lane.Logger, fault);
        _outcome = ReadOutcome.Violated;
        Close(GoHubCloseCode.InternalError, "the server failed", discardQueued: true);
    }

    /// <summary>The read side while it is not the loop's: the rest of what was read, and the parser that is in the middle of it.</summary>
    /// <remarks>Owner: <see cref="GoOnAsync"/>. Threads: the loop may <see cref="Wake"/>.</remarks>
    private sealed class HeldRead
    {
        private readonly byte[] _rest;
        private readonly int _length;
        private int _start;
        private TaskCompletionSource? _waiting;

        public HeldRead(FrameParser parser, ReadOnlySpan<byte> rest)
        {
            Parser = parser;
            _length = rest.Length;
            _rest = rest.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(rest.Length);
            rest.CopyTo(_rest);
        }

        public FrameParser Parser { get; }

        public FrameProgress Next()
        {
            var rest = new ReadOnlySpan<byte>(_rest, _start, _length - _start);
            var progress = Parser.Read(ref rest);
            _start = _length - rest.Length;
            return progress;
        }

        /// <summary>Done when the loop says that something has changed, or has since the caller looked.</summary>
        public Task WokenAsync(LoopChannel channel)
        {
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _waiting, waiting);
            Interlocked.MemoryBarrier();
            if (!channel.IsBlocked || channel._ended)
            {
                waiting.TrySetResult();
            }
            return waiting.Task;
        }

        public void Wake()
        {
            Interlocked.MemoryBarrier();
            Volatile.Read(ref _waiting)?.TrySetResult();
        }

        public void Release()
        {
            if (_rest.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_rest);
            }
        }
    }
}
