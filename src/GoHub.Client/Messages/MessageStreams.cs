using System.Runtime.CompilerServices;

namespace GoHub.Client.Messages;

/// <summary>The enumerations that are under way, each with a buffer of its own.</summary>
/// <remarks>Owner: the client, or a room. Threads: any. The list of who reads is copied when it changes, and walked without a lock.</remarks>
internal sealed class MessageStreams(Func<MessageBuffer> create)
{
    // Between a join's answer and the first enumeration lies a moment. If so many come and nobody reads, nobody will.
    private const int MaxEarly = 64;

    private readonly Lock _gate = new();
    private MessageStream[] _streams = [];
    private List<GoHubClientMessage>? _early;
    private bool _ended;

    public bool IsEmpty => Volatile.Read(ref _streams).Length == 0 && Volatile.Read(ref _early) is null;

    /// <summary>Keeps what comes from now on for the first enumeration, which so misses nothing.</summary>
    public void KeepForFirst()
    {
        lock (_gate)
        {
            _early = [];
        }
    }

    /// <summary>Nobody will enumerate: others take the messages.</summary>
    public void ForgetKept()
    {
        lock (_gate)
        {
            _early = null;
        }
    }

    public void Add(GoHubClientMessage message)
    {
        // In this order: the first enumeration is in the list before nothing is kept any more.
        if (Volatile.Read(ref _early) is not null && TryKeep(message))
        {
            return;
        }
        foreach (var stream in Volatile.Read(ref _streams))
        {
            if (stream.Type is null || stream.Type == message.Type)
            {
                stream.Buffer.Add(message);
            }
        }
    }

    /// <summary>Ends every enumeration after what it has; those that begin later are over at once, until <see cref="Begin"/>.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var stream in _streams)
            {
                stream.Buffer.Complete();
            }
        }
    }

    public void Begin()
    {
        lock (_gate)
        {
            _ended = false;
        }
    }

    /// <param name="type">Of the messages that are wanted; null for all.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<GoHubClientMessage> ReadAsync(string? type, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stream = Open(type);
        try
        {
            while (await stream.Buffer.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
            {
                yield return message;
            }
        }
        finally
        {
            Close(stream);
        }
    }

    private bool TryKeep(GoHubClientMessage message)
    {
        lock (_gate)
        {
            if (_early is null)
            {
                return false;
            }
            if (_early.Count == MaxEarly)
            {
                _early = null;
                return true;
            }
            _early.Add(message);
            return true;
        }
    }

    private MessageStream Open(string? type)
    {
        lock (_gate)
        {
            var stream = new MessageStream(type, create());
            _early?.ForEach(stream.Buffer.Add);
            Volatile.Write(ref _streams, [.. _streams, stream]);
            Volatile.Write(ref _early, null);
            if (_ended)
            {
                stream.Buffer.Complete();
            }
            return stream;
        }
    }

    private void Close(MessageStream stream)
    {
        lock (_gate)
        {
            _streams = [.. _streams.Where(s => s != stream)];
        }
    }

    private sealed class MessageStream(string? type, MessageBuffer buffer)
    {
        public string? Type => type;

        public MessageBuffer Buffer => buffer;
    }
}
