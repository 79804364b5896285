namespace GoHub.Transport.Tests.Hosting;

/// <summary>Says how much of a connection's input the server has seen, so that a client can cut its bytes where the server notices.</summary>
internal sealed class InputWatch
{
    /// <summary>Bytes that reads of the connection's input have returned so far.</summary>
    public Tally Seen { get; } = new("bytes seen by the server");

    /// <summary>Watches the connections of an end point, in front of what is configured after it.</summary>
    public void On(ListenOptions options) => options.Use(next => context =>
    {
        context.Transport = new Watched(new Reader(context.Transport.Input, Seen), context.Transport.Output);
        return next(context);
    });

    private sealed class Watched(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    private sealed class Reader(PipeReader inner, Tally seen) : PipeReader
    {
        private ReadOnlySequence<byte> _current;
        private long _consumed;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Note(await inner.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result))
            {
                return false;
            }
            Note(result);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _consumed += _current.Slice(0, consumed).Length;
            _current = default;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private ReadResult Note(ReadResult result)
        {
            _current = result.Buffer;
            seen.RaiseTo(_consumed + _current.Length);
            return result;
        }
    }
}
